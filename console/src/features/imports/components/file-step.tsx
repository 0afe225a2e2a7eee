/** The first step: a file is dropped, uploaded and looked at. */
import { Alert, Button, Flex, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { FileDrop } from '@/ui/file-drop';
import { sizeText } from '@/ui/format';
import { useLanguage, useWords } from '@/ui/i18n';
import { ErrorBlock } from '@/ui/state-block';
import { type Upload, uploadFile } from '../queries';
import { words } from '../words/wizard';

const MEGABYTES_MAX = 2048;
const ACCEPT = '.csv,.tsv,.txt,.xlsx,.parquet,.gz,.tgz,.tar,.zip';

export function FileStep({ onUploaded }: { onUploaded: (upload: Upload) => void }) {
  const w = useWords(words);
  const language = useLanguage();
  const [file, setFile] = useState<File>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const take = async (chosen: File) => {
    const controller = new AbortController();
    running.current = controller;
    setFile(chosen);
    setError(undefined);
    try {
      onUploaded(await uploadFile(chosen, controller.signal));
    } catch (problem) {
      if (!controller.signal.aborted) setError(problem);
    } finally {
      if (!controller.signal.aborted) setFile(undefined);
    }
  };
  const stop = () => {
    running.current?.abort();
    setFile(undefined);
  };
  if (file)
    return (
      <Flex vertical align="center" justify="center" gap={16} className="upload-wait" role="status">
        <Spin />
        <span>{w.uploading(file.name, sizeText(file.size, language))}</span>
        <Button onClick={stop}>{w.stopUpload}</Button>
      </Flex>
    );
  return (
    <Flex vertical gap={16}>
      {error ? <ErrorBlock error={error} title={w.fileFailed} /> : null}
      <FileDrop
        accept={ACCEPT}
        hint={w.fileHint}
        megabytesMax={MEGABYTES_MAX}
        onFiles={([first]) => first && void take(first)}
      />
      <Alert type="info" showIcon title={w.example} description={w.exampleText} />
    </Flex>
  );
}
