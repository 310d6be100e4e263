import type { Section } from './reason.ts';

/** What keeps the operator from starting. */
export const process = {
  InvalidFlags: {
    classes: ['permanent'],
    en: { means: 'a flag is missing, unknown or has an invalid value', act: 'see `--help`' },
    zh: { means: '缺少参数、参数未知，或其值不可用', act: '见 `--help`' },
  },
  ConfigUnreadable: {
    classes: ['permanent'],
    en: { means: 'the configuration is missing, or the process may not read it', act: 'correct the path or the mount' },
    zh: { means: '配置文件不存在，或进程无权读取', act: '修复路径或挂载' },
  },
  InvalidConfig: {
    classes: ['permanent'],
    en: {
      means: 'the configuration is not YAML, or a field of it is not valid',
      act: 'correct the fields that the message names',
    },
    zh: { means: '配置不是 YAML，或某个字段不合要求', act: '修改消息中指出的字段' },
  },
  NoCluster: {
    classes: ['permanent'],
    en: { means: 'the process is not in a cluster', act: 'give `--kubeconfig FILE`' },
    zh: { means: '进程不在集群中', act: '使用 `--kubeconfig FILE`' },
  },
  KubeConfigInvalid: {
    classes: ['permanent'],
    en: {
      means: 'the kubeconfig is missing, names no cluster and user, or needs a feature that is not supported',
      act: 'the message says which',
    },
    zh: { means: 'kubeconfig 不存在、没有指明集群与用户，或要求了不支持的功能', act: '消息说明是哪一种' },
  },
  AddressUnusable: {
    classes: ['permanent'],
    en: {
      means:
        '`metricsAddress` or `healthAddress` cannot be listened on: another program uses it, or it is not an address of this machine',
      act: 'choose another address, or end the program that uses it',
    },
    zh: {
      means: '无法监听 `metricsAddress` 或 `healthAddress`：已被占用，或不是本机的地址',
      act: '换一个地址，或结束占用者',
    },
  },
} as const satisfies Section;
