import { describe, expect, it } from 'vitest';
import { isTyping, keycaps, Keymap } from './keymap';
import type { Command, Press } from './keymap';

const command = (id: string, keys: string[], when?: () => boolean): Command => ({
  id,
  title: id,
  group: 'g',
  keys,
  run: () => undefined,
  ...(when ? { when } : {}),
});
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const map = new Keymap(
  [
    command('next', ['j', 'ArrowDown']),
    command('extend', ['Shift+ArrowDown', 'Shift+j']),
    command('help', ['?']),
    command('trash', ['#', 'Delete']),
    command('inbox', ['g i']),
    command('inside', ['i']),
    command('send', ['Mod+Enter']),
    command('back', ['Escape']),
    command('never', ['x'], () => false),
    command('instead', ['x']),
  ],
  false,
);
const found = (one: Press, typing = false, now = 0) => map.find(one, typing, now)?.id ?? null;

describe('keys', () => {
  it('finds letters, named keys and signs', () => {
    expect(found(press('j'))).toBe('next');
    expect(found(press('ArrowDown'))).toBe('next');
    expect(found(press('?', { shiftKey: true }))).toBe('help');
    expect(found(press('#', { ctrlKey: true, altKey: true }))).toBe('trash');
  });

  it('tells modifiers apart', () => {
    expect(found(press('J', { shiftKey: true }))).toBe('extend');
    expect(found(press('ArrowDown', { shiftKey: true }))).toBe('extend');
    expect(found(press('j', { ctrlKey: true }))).toBeNull();
    expect(found(press('j', { altKey: true }))).toBeNull();
    expect(found(press('Enter', { ctrlKey: true }))).toBe('send');
    expect(found(press('Enter', { metaKey: true }))).toBeNull();
  });

  it('leaves a field its keys, but for Mod and Escape', () => {
    expect(found(press('j'), true)).toBeNull();
    expect(found(press('Delete'), true)).toBeNull();
    expect(found(press('Enter', { ctrlKey: true }), true)).toBe('send');
    expect(found(press('Escape'), true)).toBe('back');
  });

  it('takes the first command that can be run now', () => {
    expect(found(press('x'))).toBe('instead');
  });

  it('follows a sequence, within its time', () => {
    expect(found(press('g'), false, 1_000)).toBeNull();
    expect(found(press('i'), false, 1_500)).toBe('inbox');
    expect(found(press('i'), false, 1_600)).toBe('inside');
    expect(found(press('g'), false, 5_000)).toBeNull();
    expect(found(press('i'), false, 6_500)).toBe('inside');
    expect(found(press('g'), false, 8_000)).toBeNull();
    expect(found(press('j'), false, 8_100)).toBe('next');
  });
});

it('shows bindings as keycaps', () => {
  expect(keycaps('Mod+Enter', false)).toEqual([['Ctrl', '↵']]);
  expect(keycaps('Mod+Enter', true)).toEqual([['⌘', '↵']]);
  expect(keycaps('g i', false)).toEqual([['G'], ['I']]);
});

it('knows where a key belongs to the element', () => {
  const element = (html: string) => {
    document.body.innerHTML = html;
    return document.body.firstElementChild;
  };
  expect(isTyping(element('<textarea></textarea>'), 'j')).toBe(true);
  expect(isTyping(element('<input type="text">'), 'j')).toBe(true);
  expect(isTyping(element('<button></button>'), 'Enter')).toBe(true);
  expect(isTyping(element('<button></button>'), 'j')).toBe(false);
  expect(isTyping(element('<div></div>'), 'j')).toBe(false);
});
