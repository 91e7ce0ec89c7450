#include "healer/notify/channels/email.h"

#include <fmt/format.h>

#include "base/crypto/sha256.h"
#include "base/os/file.h"
#include "base/text/utf8.h"
#include "healer/notify/channels/smtp.h"
#include "healer/notify/message.h"
#include "healer/notify/notice_json.h"

namespace healer::notify {
namespace {

constexpr Markup kMail{.bold = "", .limit = 100'000, .link = [](std::string_view name, std::string_view url) {
                         return fmt::format("{}: {}", name, url);
                       }};

class EmailNotifier final : public Notifier {
 public:
  EmailNotifier(const NotifierConfig& config, Wording wording)
      : config_(config), wording_(std::move(wording)) {}

  Delivery deliver(const Notice& notice, base::Deadline deadline) override {
    SmtpServer server{.url = config_.smtp,
                      .require_tls = config_.require_tls,
                      .ca_file = config_.ca_file,
                      .username = config_.username,
                      .password = {}};
    if (!config_.password_file.empty()) {
      const auto password = base::read_secret(config_.password_file);
      if (!password) return {Delivery::Status::kRefused, password.error().message, std::nullopt};
      server.password = *password;
    }
    return send_mail(server, config_.from, config_.to, mail_text(mail_of(notice, config_, wording_)),
                     deadline);
  }

 private:
  NotifierConfig config_;
  Wording wording_;
};

}  // namespace

Mail mail_of(const Notice& notice, const NotifierConfig& config, const Wording& wording) {
  constexpr std::size_t kLongestSubject = 150;
  std::string body = message_text(notice, wording, kMail);
  std::string subject = body.substr(0, body.find('\n'));
  if (const Notice clean = masked(notice); !clean.title.empty() && !subject.contains(clean.title)) {
    subject += ": " + clean.title;
  }
  return {.from = config.from,
          .to = config.to,
          .subject = base::excerpt(subject, kLongestSubject),
          .body = std::move(body),
          .at = notice.at,
          .id = base::sha256(encode(notice)).substr(0, 32)};
}

std::unique_ptr<Notifier> make_email(const NotifierConfig& config, const Wording& wording) {
  return std::make_unique<EmailNotifier>(config, wording);
}

}  // namespace healer::notify
