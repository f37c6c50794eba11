/** What `help tail` adds to the usage. docs/tail.md explains how it works and what each notice means. */
export const tailHelp = `
Where from
  --endpoint URL          a domain's address, or a tunnel to it
  --domain NAME           a domain of the account
  --stream NAME           where a delivery stream writes to; --index is then its own
  DEFINITION              the file of a pipeline definition: its domain and index
  --index NAME            base name: its rotations, such as NAME-2026-03-02, belong to it

What is read
  --since now             what arrives from now on (what is meant when nothing is said)
  --since 15m             what is at most that old, then what arrives
  --since all             everything, then what arrives
  -n N, --lines N         the last N events, then what arrives
  --last 15m              what is at most that old, and no more
  --from T --to T         events of that time, and no more: 2026-03-02T21:00, with Z or +01:00 for a zone, or 2h for two hours ago
  --unique-records        leaves out a Windows record that was delivered again under another document id

Which events
  --filter TEXT           as in the editor: level:error,warning provider:"My App" -id:1000-1999 disk failed
                          user~:ada finds Ada, too
  --level L --log L --provider P --id N|N-N --instance M --stack S --fleet F --session ID --session-user U
                          words of the filter; given more than once, any of the values will do
  --query QUERY           the domain's own query syntax

When it ends
  --until TEXT            once an event holds this text in one of its fields
  --until COUNT           after so many events
  --until TIME            after 5m, or at 2026-03-02T21:00Z
                          more than one can be given; text:5m, count:5 and time:5m leave no doubt which is meant

How it is shown
  --format text|ndjson|csv
  --utc                   times in UTC, not in this machine's zone

Access
  requests are signed with the credentials of --profile or of the environment
  --profile P --region R
  --unsigned              for a policy that lets this address in
  --user NAME             a user of the domain's own (fine-grained access control); the password is taken from
                          APPSTREAM_MONITOR_PASSWORD or, with --password-stdin, from the first line of standard input
  --ca FILE               trusts these certificates (PEM) besides those that Node.js trusts and those of AWS_CA_BUNDLE
  --host NAME             the domain's own host name, when the endpoint is a tunnel's

Exit codes
  0  told to stop, the window is read, or what --until asks for has come
  1  the domain cannot be read; the reason is on standard error
  2  wrong arguments
  3  the time of --until, or the window, was over before the text or the count had come
`;
