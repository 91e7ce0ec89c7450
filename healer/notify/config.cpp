#include "healer/notify/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "base/http/url.h"
#include "base/text/spelling.h"
#include "healer/notify/channels/smtp_message.h"
#include "healer/notify/notifier.h"
#include "healer/notify/template.h"

namespace healer {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

bool is_map(const Node& node) {
  if (!node.is_map()) node.problem("must be a map");
  return node.is_map();
}

std::optional<Notice::Kind> read_kind(const std::string& name, const Node& node) {
  const auto kind = parse_notice_kind(name);
  if (kind) return kind;
  std::string known;
  for (std::size_t i = 0; i < kNoticeKinds; ++i) {
    known += fmt::format("{}{}", i == 0 ? "" : ", ", to_string(static_cast<Notice::Kind>(i)));
  }
  node.problem(fmt::format("unknown notice kind \"{}\"; expected one of: {}", name, known));
  return std::nullopt;
}

// Reports keys that are valid only for other kinds of notifiers.
void only_with(const Node& item, std::string_view kind, bool fits,
               std::initializer_list<std::string_view> keys) {
  if (fits) return;
  for (const std::string_view key : keys) {
    if (item.optional(key).present())
      item.optional(key).problem(fmt::format("is only valid for kind: {}", kind));
  }
}

std::string read_address(const Node& node) {
  std::string address = node.non_empty_string();
  if (!address.empty() && !notify::is_mail_address(address)) {
    node.problem("must be a mail address of the form name@host");
    return "";
  }
  return address;
}

void read_email(const Node& item, NotifierConfig& notifier) {
  const Node smtp = item.required("smtp");
  notifier.smtp = smtp.non_empty_string();
  if (!notifier.smtp.empty() && !notify::is_smtp_url(notifier.smtp)) {
    smtp.problem("must be smtp://host[:port] or smtps://host[:port]");
  }
  notifier.from = read_address(item.required("from"));
  const Node to = item.required("to");
  if (to.present()) {
    for (const Node& address : to.items()) notifier.to.push_back(read_address(address));
    if (to.is_list() && notifier.to.empty()) to.problem("must list at least one address");
  }
  notifier.username = item.optional("username").string();
  notifier.password_file = item.optional("password_file").string();
  if (notifier.username.empty() != notifier.password_file.empty()) {
    item.problem("requires both username and password_file, or neither");
  }
  notifier.require_tls = item.optional("require_tls").boolean(true);
  if (!notifier.require_tls && !notifier.username.empty() && !notifier.smtp.starts_with("smtps://")) {
    item.optional("require_tls")
        .problem("must be true with a username: the password would be sent unencrypted");
  }
}

std::vector<std::string> read_names(const Node& node) {
  std::vector<std::string> names;
  if (!node.present()) return names;
  for (const Node& name : node.items()) names.push_back(name.non_empty_string());
  if (node.is_list() && names.empty()) node.problem("must list at least one name");
  return names;
}

void read_filters(const Node& item, NotifierConfig& notifier) {
  using Tasks = NotifierConfig::Tasks;
  // What `only` names is wanted, also what is routine.
  notifier.tasks = notifier.only.empty() ? Tasks::kFailures : Tasks::kAll;
  if (const Node tasks = item.optional("tasks"); tasks.present()) {
    const std::string text = tasks.one_of({"none", "failures", "all"}, "failures");
    notifier.tasks = text == "none" ? Tasks::kNone : text == "all" ? Tasks::kAll : Tasks::kFailures;
  }
  if (const Node severity = item.optional("min_severity"); severity.present()) {
    const std::string text = severity.one_of({"low", "medium", "high", "critical"}, "low");
    notifier.min_weight = text == "critical" ? 3 : text == "high" ? 2 : text == "medium" ? 1 : 0;
  }
  notifier.containers = read_names(item.optional("containers"));
  notifier.playbooks = read_names(item.optional("playbooks"));
}

NotifierConfig read_notifier(const Node& item, std::set<std::string>& names) {
  item.only({"name", "kind", "url_file", "url_env", "only", "tasks", "min_severity", "containers",
             "playbooks", "hmac_file", "credentials_file", "ca_file", "smtp", "from", "to", "username",
             "password_file", "require_tls"});
  NotifierConfig notifier;
  const Node name = item.required("name");
  notifier.name = name.non_empty_string();
  if (!notifier.name.empty() && !names.insert(notifier.name).second) {
    name.problem(fmt::format("duplicate notifier name \"{}\"", notifier.name));
  }
  if (const Node kind = item.optional("kind"); kind.present()) {
    notifier.kind = kind.one_of(notify::kinds(), "");
  }
  const bool email = notifier.kind == "email";
  const bool webhook = notifier.kind == "webhook";
  notifier.url_file = item.optional("url_file").string();
  notifier.url_env = item.optional("url_env").string();
  if (!email && notifier.url_file.empty() == notifier.url_env.empty()) {
    item.problem("requires exactly one of url_file and url_env");
  }
  only_with(item, "discord, slack or webhook", !email, {"url_file", "url_env"});
  only_with(item, "webhook", webhook, {"hmac_file", "credentials_file"});
  only_with(item, "webhook or email", webhook || email, {"ca_file"});
  only_with(item, "email", email, {"smtp", "from", "to", "username", "password_file", "require_tls"});
  if (const Node only = item.optional("only"); only.present()) {
    for (const Node& kind : only.items()) {
      if (const auto known = read_kind(kind.non_empty_string(), kind)) notifier.only.push_back(*known);
    }
    if (only.is_list() && notifier.only.empty()) only.problem("must list at least one kind");
  }
  read_filters(item, notifier);
  notifier.hmac_file = item.optional("hmac_file").string();
  notifier.credentials_file = item.optional("credentials_file").string();
  notifier.ca_file = item.optional("ca_file").string();
  if (email) read_email(item, notifier);
  return notifier;
}

}  // namespace

std::vector<NotifierConfig> read_notifiers(const Node& node) {
  std::vector<NotifierConfig> notifiers;
  if (!node.present()) return notifiers;
  std::set<std::string> names{"log"};
  for (const Node& item : node.items()) {
    if (is_map(item)) notifiers.push_back(read_notifier(item, names));
  }
  return notifiers;
}

NotificationsConfig read_notifications(const Node& node) {
  NotificationsConfig config;
  if (!node.present() || !is_map(node)) return config;
  node.only({"give_up_after", "same_within", "max_waiting", "max_per_minute"});
  config.give_up_after = node.optional("give_up_after").duration(config.give_up_after, 1s, 24h * 30);
  config.same_within = node.optional("same_within").duration(config.same_within, 0s, 24h * 7);
  config.max_waiting = static_cast<std::size_t>(
      node.optional("max_waiting").integer(static_cast<std::int64_t>(config.max_waiting), 1, 100'000));
  config.max_per_minute = static_cast<std::size_t>(
      node.optional("max_per_minute").integer(static_cast<std::int64_t>(config.max_per_minute), 1, 10'000));
  return config;
}

std::map<Notice::Kind, std::string> read_templates(const Node& node) {
  std::map<Notice::Kind, std::string> templates;
  if (!node.present() || !is_map(node)) return templates;
  for (const auto& [name, text] : node.entries()) {
    const auto kind = read_kind(name, text);
    if (!kind) continue;
    std::string words = text.string();
    while (words.ends_with('\n')) words.pop_back();  // of a YAML block
    if (const auto problem = notify::template_problem(*kind, words)) text.problem(*problem);
    templates[*kind] = std::move(words);
  }
  return templates;
}

}  // namespace healer
