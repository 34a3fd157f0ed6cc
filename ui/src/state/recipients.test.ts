import { expect, it } from 'vitest';
import { addressOf, labelOf, looksRight, splitRecipients, takeFinished } from './recipients';

it('cuts at commas, semicolons and line ends', () => {
  expect(splitRecipients('a@b.test, c@d.test;e@f.test\r\ng@h.test')).toEqual([
    'a@b.test',
    'c@d.test',
    'e@f.test',
    'g@h.test',
  ]);
  expect(splitRecipients(' , ;\n')).toEqual([]);
});

it('leaves commas in names and brackets alone', () => {
  expect(splitRecipients('"Bob, at south" <bob@south.test>, eve@south.test')).toEqual([
    '"Bob, at south" <bob@south.test>',
    'eve@south.test',
  ]);
  expect(splitRecipients('Bob <bob,x@south.test>')).toEqual(['Bob <bob,x@south.test>']);
});

it('does not let an open quote swallow the next line', () => {
  expect(splitRecipients('"Bob <bob@south.test>\nalice@north.test')).toEqual([
    '"Bob <bob@south.test>',
    'alice@north.test',
  ]);
});

it('tells what is finished from what is being written', () => {
  expect(takeFinished('a@b.test, ca')).toEqual({ finished: ['a@b.test'], rest: ' ca' });
  expect(takeFinished('a@b.test')).toEqual({ finished: [], rest: 'a@b.test' });
  expect(takeFinished('"Bob, a')).toEqual({ finished: [], rest: '"Bob, a' });
  expect(takeFinished('a@b.test;')).toEqual({ finished: ['a@b.test'], rest: '' });
});

it('marks what is plainly unfinished', () => {
  for (const right of ['bob@south.test', 'Bob <bob@south.test>', '"Bob, B" <bob@south.test>', 'josé@münchen.test']) {
    expect([right, looksRight(right)]).toEqual([right, true]);
  }
  for (const wrong of ['bob', 'bob@', '@south.test', 'Bob <bob>', 'bob@south.test>', 'a b@c.test', '']) {
    expect([wrong, looksRight(wrong)]).toEqual([wrong, false]);
  }
});

it('names a chip', () => {
  expect(labelOf('"Bob, B" <bob@south.test>')).toBe('Bob, B');
  expect(labelOf('<bob@south.test>')).toBe('bob@south.test');
  expect(addressOf('Bob <bob@south.test>')).toBe('bob@south.test');
});
