#include "healer/notify/channels/email.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::Notice;
using healer::NotifierConfig;
using healer::notify::Delivery;

namespace {

NotifierConfig config() {
  NotifierConfig config{.name = "mail", .kind = "email", .url_file = "", .url_env = ""};
  config.smtp = "smtp://127.0.0.1:1";
  config.from = "salus@example.org";
  config.to = {"ops@example.org"};
  return config;
}

}  // namespace

TEST_CASE("a mail's subject is the headline and what it is about") {
  const Notice notice{.kind = Notice::Kind::kHealed, .title = "INC-7: x is healthy again", .detail = "more"};
  const auto mail = healer::notify::mail_of(notice, config(), {.stack = "Quantum Trader"});
  CHECK(mail.subject == "✅ Quantum Trader - Healed: INC-7: x is healthy again");
  CHECK(mail.body ==
        "✅ Quantum Trader - Healed\nINC-7: x is healthy again\nmore\nNext step: No action needed.");
  CHECK(mail.from == "salus@example.org");
  CHECK(mail.to == std::vector<std::string>{"ops@example.org"});
  CHECK(mail.id == healer::notify::mail_of(notice, config(), {}).id);
  CHECK(mail.id != healer::notify::mail_of({.title = "other"}, config(), {}).id);
}

TEST_CASE("a password that cannot be read fails the mail without a word of it") {
  const base::SystemClock clock;
  const tests::TemporaryFolder folder;
  NotifierConfig with = config();
  with.username = "salus";
  with.password_file = folder.write("password", "s3cr3t");
  std::filesystem::permissions(with.password_file, std::filesystem::perms::all);
  const Delivery delivery = healer::notify::make_email(with, {})->deliver(
      {}, base::Deadline::after(clock, std::chrono::seconds(5)));
  CHECK(delivery.status == Delivery::Status::kRefused);
  CHECK_THAT(delivery.error, !Catch::Contains("s3cr3t"));
}
