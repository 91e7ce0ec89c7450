// Every kind of webhook notifier. A new one is one line here, one source pair, one CMake line and its test.
#include <array>
#include <cstdlib>

#include "base/file.h"
#include "healer/notify/discord.h"
#include "healer/notify/notifier.h"
#include "healer/notify/slack.h"
#include "healer/notify/webhook.h"

namespace healer::notify {
namespace {

struct Kind {
  std::string_view name;
  std::string_view host;  // by which a URL tells its kind
  std::string (*body)(const Notice& notice, std::string_view stack);
};

constexpr std::array kKinds{
    Kind{"discord", "discord.com", discord_body},
    Kind{"slack", "hooks.slack.com", slack_body},
};

const Kind* kind_of(std::string_view name, std::string_view host) {
  for (const Kind& kind : kKinds) {
    if (name.empty() ? host.ends_with(kind.host) : name == kind.name) return &kind;
  }
  return nullptr;
}

class WebhookNotifier final : public Notifier {
 public:
  WebhookNotifier(const NotifierConfig& config, std::string stack)
      : kind_(config.kind), stack_(std::move(stack)), secret_(secret_of(config)) {}

  Delivery deliver(const Notice& notice, base::Deadline deadline) override {
    const auto secret = secret_();
    if (!secret) return {Delivery::Status::kRefused, secret.error().message, std::nullopt};
    const auto url = parse_secret_url(*secret);
    if (!url) return {Delivery::Status::kRefused, url.error().message, std::nullopt};
    const Kind* kind = kind_of(kind_, url->host);
    if (kind == nullptr) {
      return {
          Delivery::Status::kRefused, fmt::format("{} tells no kind of webhook: set `kind`", url->host), {}};
    }
    return post(*url, kind->body(notice, stack_), deadline);
  }

 private:
  std::string kind_;
  std::string stack_;
  Secret secret_;
};

}  // namespace

Secret secret_of(const NotifierConfig& config) {
  if (!config.url_file.empty()) return [file = config.url_file] { return base::read_secret(file); };
  return [variable = config.url_env]() -> base::Result<std::string> {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') return base::fail("environment variable {} is not set", variable);
    return std::string(value);
  };
}

std::unique_ptr<Notifier> make(const NotifierConfig& config, const std::string& stack) {
  return std::make_unique<WebhookNotifier>(config, stack);
}

}  // namespace healer::notify
