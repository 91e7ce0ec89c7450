// The table of notifier kinds. To add a webhook that takes JSON: one row here, a source pair and a test.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/crypto/hmac.h"
#include "base/os/file.h"
#include "healer/notify/channels/discord.h"
#include "healer/notify/channels/email.h"
#include "healer/notify/channels/slack.h"
#include "healer/notify/channels/webhook.h"
#include "healer/notify/notice_json.h"
#include "healer/notify/notifier.h"

namespace healer::notify {
namespace {

struct Kind {
  std::string_view name;
  std::string_view host;  // from which the kind is derived; empty: never derived
  std::string (*body)(const Notice& notice, const Wording& wording);  // nullptr: not a webhook
};

constexpr std::array kKinds{
    Kind{"discord", "discord.com", discord_body},
    Kind{"discord", "discordapp.com", discord_body},
    Kind{"slack", "hooks.slack.com", slack_body},
    Kind{"webhook", "", webhook_body},
    Kind{"email", "", nullptr},
};

bool is_at(std::string_view authority, std::string_view host) {
  authority = authority.substr(0, authority.find(':'));
  return !host.empty() && (authority == host || (authority.ends_with(host) &&
                                                 authority[authority.size() - host.size() - 1] == '.'));
}

const Kind* kind_of(std::string_view name, std::string_view authority) {
  const auto found = std::ranges::find_if(kKinds, [&](const Kind& kind) {
    return name.empty() ? is_at(authority, kind.host) : name == kind.name;
  });
  return found == kKinds.end() ? nullptr : &*found;
}

Delivery refused(std::string why) { return {Delivery::Status::kRefused, std::move(why), std::nullopt}; }

class WebhookNotifier final : public Notifier {
 public:
  WebhookNotifier(const NotifierConfig& config, Wording wording, const base::Clock& clock)
      : config_(config), wording_(std::move(wording)), secret_(secret_of(config)), clock_(clock) {}

  Delivery deliver(const Notice& notice, base::Deadline deadline) override {
    const auto secret = secret_();
    if (!secret) return refused(secret.error().message);
    const auto url = parse_secret_url(*secret);
    if (!url) return refused(url.error().message);
    const Kind* kind = kind_of(config_.kind, url->host);
    if (kind == nullptr)
      return refused(fmt::format("cannot derive the webhook kind from host {}: set `kind`", url->host));
    const std::string body = kind->body(notice, wording_);
    base::http::ClientOptions options;
    options.tls.ca_file = config_.ca_file;
    options.credentials_file = config_.credentials_file;
    if (!config_.hmac_file.empty()) {
      const auto key = base::read_secret(config_.hmac_file);
      if (!key) return refused(key.error().message);
      options.headers.emplace(kSignatureHeader, "sha256=" + base::hmac_sha256(*key, body));
    }
    return post(*url, body, options, deadline, clock_);
  }

 private:
  NotifierConfig config_;
  Wording wording_;
  Secret secret_;
  const base::Clock& clock_;
};

}  // namespace

std::vector<std::string_view> kinds() {
  std::vector<std::string_view> names;
  for (const Kind& kind : kKinds) {
    if (names.empty() || names.back() != kind.name) names.push_back(kind.name);
  }
  return names;
}

Secret secret_of(const NotifierConfig& config) {
  if (!config.url_file.empty()) return [file = config.url_file] { return base::read_secret(file); };
  return [variable = config.url_env]() -> base::Result<std::string> {
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') return base::fail("environment variable {} is not set", variable);
    return std::string(value);
  };
}

std::unique_ptr<Notifier> make(const NotifierConfig& config, const Wording& wording,
                               const base::Clock& clock) {
  if (config.kind == "email") return make_email(config, wording);
  return std::make_unique<WebhookNotifier>(config, wording, clock);
}

}  // namespace healer::notify
