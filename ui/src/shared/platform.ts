// Whether this is a Mac, where the command key does what Control does elsewhere.

export const isMac: boolean = /mac/i.test(navigator.platform);
