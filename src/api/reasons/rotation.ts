import type { Section } from './reason.ts';

/** How far a CA is that follows another one; see docs/rotation.md. */
export const rotation = {
  RotationPrepared: {
    classes: ['state'],
    of: ['Rotating'],
    en: {
      means: 'the next CA exists and is on its way into every trust store; the present one signs',
      act: 'if it stays: the message says what it waits for',
    },
    zh: { means: '下一个 CA 已生成，正在进入各信任库；仍由当前 CA 签发', act: '若一直如此：消息说明它在等待什么' },
  },
  RotationTrusted: {
    classes: ['state'],
    of: ['Rotating'],
    en: {
      means: 'clients of both CAs were seen to pass everywhere; the present one still signs',
      act: 'the message says what it waits for',
    },
    zh: { means: '两个 CA 的客户端在各处都能通过；仍由当前 CA 签发', act: '消息说明它在等待什么' },
  },
  RotationSwitched: {
    classes: ['state'],
    of: ['Rotating'],
    en: {
      means: 'the next CA signs, its leaves are on their way to gateway and NGINX; both are trusted',
      act: 'if it stays: the message says what it waits for',
    },
    zh: { means: '由新 CA 签发，其证书正在进入网关与 NGINX；两者都受信任', act: '若一直如此：消息说明它在等待什么' },
  },
  RotationDrained: {
    classes: ['state'],
    of: ['Rotating'],
    en: {
      means: 'only clients may still use certificates of the previous CA; both are trusted',
      act: 'the message names them and says until when; see [rotation.md](rotation.md)',
    },
    zh: {
      means: '只有客户端可能仍在使用旧 CA 的证书；两者都受信任',
      act: '消息列出这些客户端及其期限；见 [rotation.zh-CN.md](rotation.zh-CN.md)',
    },
  },
  RotationRetired: {
    classes: ['state'],
    of: ['Rotating'],
    en: {
      means:
        'the previous CA is out of every trust store, and it is yet to be seen that its clients are rejected everywhere',
      act: 'if it stays: the message says what it waits for',
    },
    zh: { means: '旧 CA 已移出所有信任库，尚待验证其客户端在各处都被拒绝', act: '若一直如此：消息说明它在等待什么' },
  },
} as const satisfies Section;
