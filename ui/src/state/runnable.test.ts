import { describe, expect, it } from 'vitest';
import { runs } from './runnable';

describe('runs', () => {
  it.each([
    'setup.exe',
    'Rechnung.pdf.EXE',
    'update.sh',
    'a.desktop',
    'x.Js',
    'tool.AppImage',
    'photo.scr. ',
    'link.lnk',
  ])('%s', (name) => {
    expect(runs(name)).toBe(true);
  });

  it.each(['report.pdf', 'photo.jpeg', 'sh', 'exe', 'exe.txt', 'letter.eml', 'archive.zip', 'dates.ics', ''])(
    'not %s',
    (name) => {
      expect(runs(name)).toBe(false);
    },
  );
});
