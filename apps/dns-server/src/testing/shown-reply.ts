export { showReply } from '@wharf/testkit';
