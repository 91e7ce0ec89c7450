#include "log_analysis/masked_words.h"

#include "tests/catch.h"

namespace {

std::string masked(std::string_view message) {
  static log_analysis::MaskedWords words;
  std::string text;
  for (const log_analysis::Word& word : words.split(message))
    text += (text.empty() ? "" : " ") + log_analysis::shown(word);
  return text;
}

}  // namespace

TEST_CASE("what looks like a value is masked, what looks like a sentence stays") {
  const auto [message, expected] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"connection lost", "connection lost"},
      {"order 4711 rejected", "order <*> rejected"},
      {"order a4f3 rejected.", "order <*> rejected."},
      {"cannot open /var/lib/state.json: denied", "cannot open <*> denied"},
      {R"(cannot open C:\logs\cbs: denied)", "cannot open <*> denied"},
      {"GET https://example.org/a failed", "GET <*> failed"},
      {"mail from ops@example returned", "mail from <*> returned"},
      {"class org.example.Main loaded", "class <*> loaded"},
      {"done. Closing", "done. Closing"},
      {"started on Monday in March", "started on <*> in <*>"},
      {"we may march on", "we may march on"},
      {"moved 1 2 3 times", "moved <*> times"},
      {"moved (1, 2) [3] times", "moved <*> times"},
      {"illegal instruction......0", "illegal instruction <*>"},
      {"waiting ... ready", "waiting ready"},
      {"a - b == c", "a b c"},
      {"took 12 ms in all", "took <*> in all"},
      {"free 4.0 KB of 2 GB", "free <*> of <*>"},
      {"ms of delay", "ms of delay"},
      {"caf\xc3\xa9 closed \xff now", "caf\xc3\xa9 closed \xff now"},
  }));
  CHECK(masked(message) == expected);
}

TEST_CASE("a key stays when its value is masked") {
  const auto [message, expected] = GENERATE(table<std::string, std::string>({
      {"login uid=0 tty=ssh ruser= rhost=10.0.0.1", "login uid=<*> tty=ssh ruser= rhost=<*>"},
      {"state:7 mode:fast", "state:<*> mode:fast"},
      {"owner=null parent=None", "owner=<*> parent=<*>"},
      {"reason:none", "reason:none"},
      {R"(tag="View Lock" held)", "tag=<*> held"},
      {"tag='a b", "tag= a b"},
      {"ws=WorkSource{10113} held", "ws=<*> held"},
      {"ws=Outer{a Inner{b}} held", "ws=<*> held"},
      {"ask=[] release=[a, b] done", "ask=<*> release=<*> done"},
      {"headroom=<memory:0, cores:-27> left", "headroom=<*> left"},
      {"lost = null, found= true, kept =no", "lost <*> found= <*> kept =no"},
      {"proxy.example.org:5070 closed", "<*> closed"},
      {"std::vector failed", "std::vector failed"},
      {"error: timeout", "error: timeout"},
      {"password=*** user alice", "password=<*> user <*>"},
      {"token *** refused", "token <*> refused"},
  }));
  CHECK(masked(message) == expected);
}

TEST_CASE("a name right after the word user is masked") {
  CHECK(masked("session opened for user alice by root") == "session opened for user <*> by root");
  CHECK(masked("invalid user  from 10.0.0.1") == "invalid user from <*>");
  CHECK(masked("no such user: alice") == "no such user: alice");
}

TEST_CASE("no message is read beyond its bounds") {
  const std::string word(300, 'x');
  CHECK(masked(word) == "<*>");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "word ";
  log_analysis::MaskedWords words;
  CHECK(words.split(many).size() == log_analysis::MaskedWords::kMaxWords);
  const std::string wide(2 * log_analysis::MaskedWords::kMaxBytes, ' ');
  CHECK(words.split(wide + "word").empty());
  CHECK(words.split("key={never closed").size() == 3);
}

TEST_CASE("a line of syslog begins behind its tag") {
  const auto [line, matter] = GENERATE(table<std::string, std::string>({
      {"Jul  9 12:16:49 combo ftpd[23142]: connection from", "connection from"},
      {"Jul  9 12:16:49 combo sshd(pam_unix)[2]: session closed", "session closed"},
      {"Jul  9 12:16:49 combo kernel: zapping low mappings.", "zapping low mappings."},
      {"Jul  9 12:16:49 combo syslogd 1.4.1: restart.", "syslogd 1.4.1: restart."},
      {"2025-01-02T03:04:05Z box cron[1]: started", "started"},
      {"- 1131566461 2005.11.09 dn2 Nov 9 12:01:01 dn2/dn2 crond(pam_unix)[2915]: session closed",
       "session closed"},
      {"values [1]x [a]: b", "values [1]x [a]: b"},
      {"no answer from node[3]: timeout", "no answer from node[3]: timeout"},
      {"Jul  9 12:16:49 ", ""},
      {"Jul", "Jul"},
  }));
  CHECK(line.substr(log_analysis::syslog_header(line)) == matter);
}
