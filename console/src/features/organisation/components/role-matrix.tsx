/** What each role may do, by area. */
import { CheckOutlined, MinusOutlined } from '@ant-design/icons';
import { Card, Table } from 'antd';
import { useWords } from '@/ui/i18n';
import { roleWords } from '@/ui/role-words';
import { StateBlock } from '@/ui/state-block';
import { usePermissions } from '../queries';
import { areaWords, permissionWords, roleHelp } from '../words/access';
import { words } from '../words/users';
import { ROLES } from './user-form';

/** The word for a code, or the code itself where a newer server knows more than this console. */
export const wordFor = (known: Record<string, string>, code: string): string => known[code] ?? code;

/** customers.read belongs to customers. */
export const areaOf = (permission: string): string => permission.split('.')[0] ?? permission;

interface MatrixRow {
  permission: string;
  /** How many rows the area's cell spans; 0 in all but its first row. */
  span: number;
}

export function matrixRows(permissions: string[]): MatrixRow[] {
  return permissions.map((permission, index) => {
    const area = areaOf(permission);
    const isFirst = index === 0 || areaOf(permissions[index - 1] ?? '') !== area;
    return { permission, span: isFirst ? permissions.filter((each) => areaOf(each) === area).length : 0 };
  });
}

export function RoleMatrix() {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const helps = useWords(roleHelp);
  const areas = useWords(areaWords);
  const names = useWords(permissionWords);
  const query = usePermissions();
  const mark = (held: boolean) =>
    held ? (
      <CheckOutlined className="yes" aria-label={w.yes} />
    ) : (
      <MinusOutlined className="no" aria-label={w.no} />
    );
  return (
    <Card title={w.matrixTitle} extra={<span className="quiet">{w.matrixHelp}</span>} className="section-gap">
      <StateBlock query={query} height={400}>
        {(known) => (
          <Table<MatrixRow>
            className="matrix"
            size="small"
            rowKey="permission"
            pagination={false}
            scroll={{ x: 1080 }}
            dataSource={matrixRows(known.permissions)}
            columns={[
              {
                key: 'area',
                width: 120,
                onCell: ({ span }) => ({ rowSpan: span }),
                render: (_, { permission }) => <b>{wordFor(areas, areaOf(permission))}</b>,
              },
              {
                key: 'permission',
                title: w.permission,
                width: 220,
                render: (_, { permission }) => <span title={permission}>{wordFor(names, permission)}</span>,
              },
              ...ROLES.map((role) => ({
                key: role,
                title: <span title={helps[role]}>{roles[role]}</span>,
                width: 110,
                align: 'center' as const,
                render: (_: unknown, { permission }: MatrixRow) =>
                  mark(known.roles[role]?.includes(permission) ?? false),
              })),
            ]}
          />
        )}
      </StateBlock>
    </Card>
  );
}
