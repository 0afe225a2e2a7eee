/** Choosing files by dropping or clicking; size is checked here, content on the server. */
import { InboxOutlined } from '@ant-design/icons';
import { App, Upload } from 'antd';
import { useWords } from './i18n';
import { words } from './words';

interface FileDropProps {
  onFiles: (files: File[]) => void;
  /** As the browser's file dialog takes it: '.csv,.xlsx,.parquet'. */
  accept?: string;
  multiple?: boolean;
  megabytesMax?: number;
  /** Which kinds of file can be read. */
  hint?: string;
  disabled?: boolean;
}

export function FileDrop({ onFiles, accept, multiple = false, megabytesMax, hint, disabled }: FileDropProps) {
  const w = useWords(words);
  const { message } = App.useApp();
  const take = (file: File, files: File[]) => {
    if (file !== files[0]) return false; // called once for each file of a drop, the first call takes them all
    const limit = megabytesMax ?? Number.POSITIVE_INFINITY;
    const [fits, tooLarge] = [
      files.filter((each) => each.size <= limit * 1_048_576),
      files.filter((each) => each.size > limit * 1_048_576),
    ];
    for (const each of tooLarge) message.error(w.tooLarge(each.name, limit));
    if (fits.length > 0) onFiles(fits);
    return false;
  };
  const limits = [hint, megabytesMax ? w.maxSize(megabytesMax) : undefined].filter(Boolean).join(' · ');
  return (
    <Upload.Dragger
      accept={accept}
      multiple={multiple}
      showUploadList={false}
      disabled={disabled ?? false}
      beforeUpload={(file, files) => take(file, files)}
    >
      <p className="file-drop-icon">
        <InboxOutlined />
      </p>
      <p className="file-drop-text">{w.dropHere}</p>
      {limits ? <p className="file-drop-hint">{limits}</p> : null}
    </Upload.Dragger>
  );
}
