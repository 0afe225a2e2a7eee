/** A signing secret, shown once, and how the receiving side checks a delivery with it. */
import { useWords } from '@/ui/i18n';
import { SecretModal } from '@/ui/secret-modal';
import { words } from '../words';

const PYTHON = `import base64, hashlib, hmac, time

def is_ours(secret: str, headers, body: bytes) -> bool:
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split())`;

export function SigningSecret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const w = useWords(words);
  return (
    <SecretModal
      secret={secret}
      width={760}
      title={w.secretTitle}
      text={w.secretText}
      once={w.secretOnce}
      done={w.done}
      onClose={onClose}
    >
      <h3>{w.verify}</h3>
      <pre className="destination-snippet">{PYTHON}</pre>
    </SecretModal>
  );
}
