/** A secret that is shown once: it can only be closed on purpose. */
import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { CopyText } from './copy-text';
import './secret-modal.css';

interface SecretModalProps {
  secret: string | undefined;
  title: string;
  text: string;
  once: string;
  done: string;
  onClose: () => void;
  width?: number;
  children?: ReactNode;
}

export function SecretModal({ secret, title, text, once, done, onClose, width, children }: SecretModalProps) {
  return (
    <Modal
      open={secret !== undefined}
      title={title}
      {...(width === undefined ? {} : { width })}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose} autoFocus>
          {done}
        </Button>
      }
    >
      {text}
      <div className="secret-box">
        <CopyText text={secret ?? ''} />
      </div>
      <Alert type="warning" showIcon title={once} />
      {children}
    </Modal>
  );
}
