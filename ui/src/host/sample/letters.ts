// Made-up letters, enough to try a big mailbox on.
import type { LetterRow, Person } from '../../ipc/bindings';
import { numbers, picker } from './random';

const PEOPLE: readonly [Person, ...Person[]] = [
  { name: 'Bob at south', email: 'bob@south.test' },
  { name: 'GNU Radio list', email: 'discuss@radio.test' },
  { name: 'Rail Journal', email: 'news@rail.test' },
  { name: '鈴木 花子', email: 'hanako@east.test' },
  { name: 'Mail Delivery System', email: 'mailer-daemon@south.test' },
  { name: 'Mountain hut Nordkette', email: 'booking@hut.test' },
  { name: 'linux-wireless', email: 'linux-wireless@lists.test' },
  { name: 'City library', email: 'loans@library.test' },
  { name: '', email: 'no-reply@bank.test' },
  { name: 'Ανθή Γ.', email: 'anthi@west.test' },
  { name: 'مكتبة المدينة', email: 'library@city.test' },
];

const SUBJECTS: readonly [[string, string], ...[string, string][]] = [
  [
    'Le voyage d’une lettre',
    'It left your outbox at 16:36:14 and I read it two seconds later. Three stations, all of them over TLS',
  ],
  [
    'Re: USRP B210 overflows at 56 MS/s',
    'Try a larger recv_frame_size first; the defaults are meant for slower machines than yours',
  ],
  [
    'Night trains are back: the winter timetable',
    'View in browser · Vienna – Paris – Brussels from 14 December, with new sleeping cars',
  ],
  ['Contract, second reading', 'I went through clauses 4 to 9 and have marked what should be said more plainly'],
  ['来週の打ち合わせについて', 'お世話になっております。日程の候補を三つお送りします。ご都合はいかがでしょうか。'],
  [
    'Not delivered: no such mailbox at south.test',
    'Your letter “Invoice 2026-114” to eve@south.test came back. The server said: 550 5.1.1',
  ],
  [
    'Your booking, 3 nights, 2 persons',
    'Confirmation 77120. Arrival on foot after 16:00, dinner at 18:30, please bring a sleeping bag liner',
  ],
  [
    '[PATCH v4 2/7] wifi: mac80211: track link state per vif',
    'Signed-off · The link state was kept per interface, which breaks multi-link operation',
  ],
  [
    'Two items are due on Friday',
    '“The Shape of a Pocket” and one more can be renewed once, at the desk or by answering this letter',
  ],
  ['Statement for your account', 'Your statement is ready. We never ask for your password by mail.'],
  ['Καλημέρα από τη θάλασσα', 'Το πλοίο φεύγει στις επτά, θα σε περιμένω στο λιμάνι με τα βιβλία'],
  ['تذكير بموعد الإرجاع', 'نذكركم بأن موعد إرجاع الكتب هو يوم الجمعة القادم'],
  ['', 'See the attached plan'],
];

const KEYWORDS: readonly [string[], ...string[][]] = [
  ['NonJunk'],
  ['$Forwarded', 'NonJunk'],
  ['to-read'],
  ['$label1', 'spring-offer', 'to-read'],
];

const ALICE: Person = { name: 'Alice at north', email: 'alice@north.test' };

/** `count` letters of a mailbox, newest first, going back some years from `now`. Ids count up from `firstId`. */
export function makeLetters(
  count: number,
  mailbox: number,
  account: number,
  firstId: number,
  now: number,
): LetterRow[] {
  const pick = picker(numbers(mailbox * 7919 + 13));
  let date = now - 4 * 60_000;
  return Array.from({ length: count }, (_, i) => {
    const [subject, snippet] = pick.one(SUBJECTS);
    const row: LetterRow = {
      id: firstId + i,
      account,
      mailbox,
      subject,
      from: pick.one(PEOPLE),
      to: [ALICE],
      snippet,
      date: new Date(date).toISOString(),
      seen: i > 40 || pick.chance(0.7),
      flagged: pick.chance(0.03),
      answered: pick.chance(0.12),
      draft: false,
      keywords: i % 3 === 0 ? [...pick.one(KEYWORDS)] : [],
      has_attachments: pick.chance(0.15),
      size: 2_000 + pick.below(80_000),
      message_id: `${firstId + i}@sample.test`,
      thread: firstId + i,
      complete: true,
      only_here: false,
    };
    date -= 60_000 * (1 + pick.below(i < 30 ? 300 : 90));
    return row;
  });
}
