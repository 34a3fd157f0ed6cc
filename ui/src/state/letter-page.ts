// The address of a letter's page, for the reader's frame.
export { letterUrl } from '../ipc/host';
