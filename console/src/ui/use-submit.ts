/** Sending a form: busy while it is on its way, a refusal at the field it names or as one sentence. */
import type { FormInstance } from 'antd';
import { useState } from 'react';
import { ApiProblem } from '@/client/problem';
import { useProblemText } from './state-block';

export function useSubmit<Values extends object>(form: FormInstance<Values>) {
  const textOf = useProblemText();
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);

  /** True once the server has agreed. */
  const submit = async (send: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setRefusal('');
    try {
      await send();
      return true;
    } catch (error) {
      const fields = error instanceof ApiProblem ? error.fields : [];
      const known = fields.filter(({ field }) => form.getFieldInstance(field.split('.').at(-1) ?? ''));
      const shown = known.map(({ field, message }) => ({
        name: field.split('.').at(-1) ?? '',
        errors: [message],
      }));
      form.setFields(shown as Parameters<typeof form.setFields>[0]);
      if (shown.length === 0) setRefusal(textOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { submit, busy, refusal, forget: () => setRefusal('') };
}
