/** A short form in a window: saved with the button or Enter, refused inside the window, closed once saved. */
import { Alert, Form, type FormInstance, Modal } from 'antd';
import type { ReactNode } from 'react';
import './form-modal.css';
import { useWords } from './i18n';
import { useSubmit } from './use-submit';
import { words } from './words';

interface FormModalProps<Values extends object> {
  open: boolean;
  title: string;
  okText: string;
  form: FormInstance<Values>;
  initialValues?: Partial<Values>;
  onSave: (values: Values) => Promise<unknown>;
  onClose: () => void;
  width?: number;
  /** What is to be agreed to is not there yet, or there is nothing to do. */
  okDisabled?: boolean;
  children: ReactNode;
}

export function FormModal<Values extends object>(props: FormModalProps<Values>) {
  const {
    open,
    title,
    okText,
    form,
    initialValues,
    onSave,
    onClose,
    width = 520,
    okDisabled = false,
    children,
  } = props;
  const w = useWords(words);
  const { submit, busy, refusal, forget } = useSubmit(form);
  const close = () => {
    forget();
    onClose();
  };
  const save = async (values: Values) => {
    if (okDisabled) return;
    if (await submit(() => onSave(values))) close();
  };
  return (
    <Modal
      open={open}
      title={title}
      okText={okText}
      cancelText={w.cancel}
      width={width}
      confirmLoading={busy}
      okButtonProps={{ disabled: okDisabled }}
      onOk={() => form.submit()}
      onCancel={close}
      destroyOnHidden
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        scrollToFirstError
        className="form-in-modal"
        {...(initialValues ? { initialValues } : {})}
        onFinish={(values) => void save(values)}
      >
        {refusal ? (
          <Alert type="error" showIcon role="alert" title={refusal} className="form-refusal" />
        ) : null}
        {children}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
