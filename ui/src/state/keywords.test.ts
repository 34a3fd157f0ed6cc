import { expect, it } from 'vitest';
import { labels } from './keywords';

it('shows a person’s keywords, not those of programs', () => {
  expect(labels(['$Forwarded', '$label1', 'Junk', 'NONJUNK', 'Forwarded', 'to-read', 'Urlaub'])).toEqual([
    'to-read',
    'Urlaub',
  ]);
  expect(labels([])).toEqual([]);
});
