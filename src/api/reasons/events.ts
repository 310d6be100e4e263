import type { Section } from './reason.ts';

/** Only in Events, beside failures, which are told under their own reasons. */
export const events = {
  Issued: {
    classes: ['event'],
    en: { when: 'Normal', means: 'certificates were written to their Secrets; the note says which and why' },
    zh: { when: 'Normal', means: '证书已写入 Secret，说明中列出是哪些、为什么' },
  },
  Ready: {
    classes: ['event'],
    en: { when: 'Normal', means: 'the resource was not ready before, and matches the spec again' },
    zh: { when: 'Normal', means: '之前未就绪的部分已再次符合 spec' },
  },
  CaReplaced: {
    classes: ['event'],
    en: {
      when: 'Warning',
      means:
        'the CA was replaced, for example since its Secret was deleted or damaged, or since it was due for renewal: clients with a certificate of the old CA are rejected until they use one of the new CA. The note says why',
    },
    zh: {
      when: 'Warning',
      means:
        'CA 已重新生成，例如其 Secret 被删除或损坏，或到了续签时间：旧 CA 的客户端会被拒绝，直到加载新 CA 的证书。说明中给出原因',
    },
  },
  CaRotation: {
    classes: ['event'],
    en: {
      when: 'Normal',
      means: 'the [rotation of the CA](rotation.md) came to another state; the note says to which',
    },
    zh: { when: 'Normal', means: '[CA 轮换](rotation.zh-CN.md)进入了另一状态，说明中指出是哪个' },
  },
  RootKept: {
    classes: ['event'],
    en: {
      when: 'Normal',
      means:
        'CAs were taken out of a bundle with `keepRemoved` and [stay trusted](rotation.md#cas-in-bundles) for now; the note names them',
    },
    zh: {
      when: 'Normal',
      means:
        '某些 CA 从设有 `keepRemoved` 的信任列表中取出，暂时[仍受信任](rotation.zh-CN.md#信任列表中的-ca)；说明中列出它们',
    },
  },
  RootRetired: {
    classes: ['event'],
    en: { when: 'Normal', means: 'CAs that were kept so are trusted no more; the note says which and why' },
    zh: { when: 'Normal', means: '这些保留的 CA 不再受信任，说明中列出是哪些、为什么' },
  },
  Adopted: {
    classes: ['event'],
    en: {
      when: 'Normal',
      means: 'an object at the gateway, or a Secret, that somebody else had created was [taken over](adoption.md)',
    },
    zh: { when: 'Normal', means: '他人创建的网关对象或 Secret 已被[接管](adoption.zh-CN.md)' },
  },
  DriftFound: {
    classes: ['event'],
    en: {
      when: 'Warning',
      means:
        'somebody else changed objects at the gateway. The note says what differs, and the operator restores it. An object of somebody else that is in the way is reported once, and again if another one is',
    },
    zh: {
      when: 'Warning',
      means: '他人改动了网关上的对象，说明中列出差异，并会被恢复。挡路的他人对象只报告一次，换成另一个对象时再报告',
    },
  },
  ClockSkewed: {
    classes: ['event'],
    en: {
      when: 'Warning',
      means:
        'the clock of the operator differs by more than 5 minutes from the clock of the API server: the operator writes nothing until they agree. Correct the clock of the node',
    },
    zh: {
      when: 'Warning',
      means: 'Operator 的时钟与 API server 相差超过 5 分钟：一致之前不写入任何内容。请校正节点时钟',
    },
  },
  ClockAgrees: {
    classes: ['event'],
    en: { when: 'Normal', means: 'the clocks agree again, and the operator continues' },
    zh: { when: 'Normal', means: '时钟恢复一致，Operator 继续工作' },
  },
  GatewayReachable: {
    classes: ['event'],
    en: {
      when: 'Normal',
      means: 'the Admin API, or the data-plane address that the note names, answers again after an outage',
    },
    zh: { when: 'Normal', means: '中断之后，Admin API 或说明中列出的数据面地址恢复应答' },
  },
  OrphansFound: {
    classes: ['event'],
    en: {
      when: 'Warning',
      means:
        'objects that the operator created at the gateway no longer have a resource: they are still in use, and nothing renews them. Recorded for the Lease of the operator; once, and again when the objects change',
    },
    zh: {
      when: 'Warning',
      means:
        'Operator 在网关上创建的对象已没有对应的资源：它们仍然生效，但无人续签。记录在 Operator 的 Lease 上；只报告一次，变化时再报告',
    },
  },
  OrphansRemoved: {
    classes: ['event'],
    en: { when: 'Normal', means: 'orphaned objects were removed from the gateway (`orphans: Remove`)' },
    zh: { when: 'Normal', means: '这些对象已从网关删除（`orphans: Remove`）' },
  },
  Removed: {
    classes: ['event'],
    en: {
      when: 'Normal',
      means:
        'Secrets or a ConfigMap were deleted, since the spec no longer needs them; `unusedSecretPolicy: Retain` keeps them',
    },
    zh: {
      when: 'Normal',
      means: 'spec 不再需要的 Secret 或 ConfigMap 已删除；`unusedSecretPolicy: Retain` 可保留它们',
    },
  },
  Abandoned: {
    classes: ['event'],
    en: {
      when: 'Warning',
      means:
        'the resource was deleted although its objects at the gateway could not be removed; the note says which to remove by hand',
    },
    zh: { when: 'Warning', means: '资源已删除，但其网关无法清理；说明中列出需手工删除的对象' },
  },
} as const satisfies Section;
