/** A labelled field of the wizard with its explanation. */
import type { ReactNode } from 'react';

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  htmlFor?: string;
  /** Beside the label: a link or small buttons. */
  extra?: ReactNode;
  children: ReactNode;
}

export function Field({ label, help, htmlFor, extra, children }: FieldProps) {
  return (
    <div className="cp-wizard-field">
      <div className="cp-wizard-label">
        {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span>{label}</span>}
        {extra}
      </div>
      {children}
      {help ? <p className="cp-quiet">{help}</p> : null}
    </div>
  );
}
