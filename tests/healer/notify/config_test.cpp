#include "healer/notify/config.h"

#include "tests/catch.h"

using healer::Notice;
using namespace std::chrono_literals;

namespace {

template <class Read>
auto read(const std::string& text, Read reader) {
  base::yaml::Problems problems;
  auto value = reader(base::yaml::parse(text, "x.yml", problems));
  CAPTURE(problems.str());
  CHECK(problems.empty());
  return value;
}

template <class Read>
std::string problems_of(const std::string& text, Read reader) {
  base::yaml::Problems problems;
  reader(base::yaml::parse(text, "x.yml", problems));
  return problems.str();
}

}  // namespace

TEST_CASE("notifiers of every kind are read") {
  const auto notifiers = read(R"(
- {name: chat, url_env: QT_ALERT_WEBHOOK}
- {name: own, kind: webhook, url_file: url, hmac_file: key, credentials_file: token, ca_file: ca.pem, only: [exhausted]}
- name: mail
  kind: email
  smtp: smtps://mail.example.org
  from: salus@example.org
  to: [a@example.org, b@example.org]
  username: salus
  password_file: password
)",
                              healer::read_notifiers);
  REQUIRE(notifiers.size() == 3);
  CHECK(notifiers[0].kind.empty());
  CHECK(notifiers[0].url_env == "QT_ALERT_WEBHOOK");
  CHECK(notifiers[1].hmac_file == "key");
  CHECK(notifiers[1].only == std::vector{Notice::Kind::kExhausted});
  CHECK(notifiers[2].smtp == "smtps://mail.example.org");
  CHECK(notifiers[2].to.size() == 2);
  CHECK(notifiers[2].require_tls);
}

TEST_CASE("a notifier says what it wants to receive") {
  using Tasks = healer::NotifierConfig::Tasks;
  const auto notifiers = read(R"(
- {name: a, url_env: A}
- {name: b, url_env: B, tasks: all, min_severity: high, containers: [quantum_redis], playbooks: [restart_container]}
- {name: c, url_env: C, tasks: none}
- {name: d, url_env: D, only: [task_done]}
)",
                              healer::read_notifiers);
  REQUIRE(notifiers.size() == 4);
  CHECK(notifiers[0].tasks == Tasks::kFailures);
  CHECK(notifiers[0].min_weight == 0);
  CHECK(notifiers[1].tasks == Tasks::kAll);
  CHECK(notifiers[1].min_weight == 2);
  CHECK(notifiers[1].containers == std::vector<std::string>{"quantum_redis"});
  CHECK(notifiers[1].playbooks == std::vector<std::string>{"restart_container"});
  CHECK(notifiers[2].tasks == Tasks::kNone);
  CHECK(notifiers[3].tasks == Tasks::kAll);
  CHECK_THAT(problems_of("[{name: a, url_env: A, tasks: some, min_severity: warning, containers: []}]",
                         healer::read_notifiers),
             Catch::Contains("tasks: ") && Catch::Contains("min_severity: ") &&
                 Catch::Contains("containers: must list at least one name"));
}

TEST_CASE("a mail server gets no password without TLS") {
  CHECK_THAT(problems_of("[{name: m, kind: email, smtp: 'smtp://h', from: a@b, to: [c@d], username: u, "
                         "password_file: p, require_tls: false}]",
                         healer::read_notifiers),
             Catch::Contains("require_tls: must be true with a username: the password"));
}

TEST_CASE("limits of notifications have defaults that an operator can live with") {
  const auto config = read("{give_up_after: 1h}", healer::read_notifications);
  CHECK(config.give_up_after == 1h);
  CHECK(config.same_within == 10min);
  CHECK(config.max_per_minute == 20);
}

TEST_CASE("templates are read by kind, and a block's last line end is not meant") {
  const auto templates = read("healed: |\n  **{incident}**\n  {detail}\n", healer::read_templates);
  CHECK(templates ==
        std::map<Notice::Kind, std::string>{{Notice::Kind::kHealed, "**{incident}**\n{detail}"}});
}

TEST_CASE("a template's problem has its place") {
  CHECK_THAT(
      problems_of("healed: ok\ncured: x\nacting: '{reason}'\n", healer::read_templates),
      Catch::Contains("x.yml:2: cured: unknown notice kind \"cured\"; expected one of: started,") &&
          Catch::Contains("x.yml:3: acting: unknown field {reason} of acting; expected one of: stack,"));
}
