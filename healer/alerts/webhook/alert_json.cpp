#include "healer/alerts/webhook/alert_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "healer/alerts/webhook/payload.h"

namespace healer::webhook {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFingerprint = 64;

constexpr std::string_view kCut = "… [cut]";
// They control what the healer does, or operators read them first: kept whatever the number of others.
constexpr std::array<std::string_view, 14> kObeyed{
    "alertname", "container", "description", "heal", "impacts_trading", "issue",       "policy", "severity",
    "status",    "subsystem", "summary",     "task", "trading",         "installation"};

bool is_obeyed(std::string_view name) { return std::ranges::find(kObeyed, name) != kObeyed.end(); }

// Cuts between two UTF-8 characters.
std::string cut(const std::string& text) {
  std::size_t size = kMaxValue - kCut.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size).append(kCut);
}

base::Result<> read_map(const json& object, const char* name, Labels& into, bool& oversized) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_object()) return base::fail("{}: is not an object", name);
  const auto obeyed =
      std::ranges::count_if(found->items(), [](const auto& item) { return is_obeyed(item.key()); });
  std::size_t room = kMaxLabels - static_cast<std::size_t>(obeyed);  // for the others
  into.reserve(std::min(found->size(), kMaxLabels));
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) return base::fail("{}: {} is not a string", name, key);
    const auto& text = value.get_ref<const std::string&>();
    if (!is_obeyed(key)) {
      const bool fits = room > 0 && key.size() <= kMaxName;
      oversized = oversized || !fits;
      if (!fits) continue;
      --room;
    }
    const bool is_long = text.size() > kMaxValue;
    oversized = oversized || is_long;
    into.emplace(key, is_long ? cut(text) : text);
  }
  return {};
}

// An absent or null time is the epoch.
base::Result<base::WallTime> read_time(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return base::WallTime{};
  if (!found->is_string()) return base::fail("{}: is not a string", name);
  const auto time = base::parse_rfc3339(found->get_ref<const std::string&>());
  if (!time) return base::wrap(time.error(), "{}", name);
  return std::chrono::floor<std::chrono::milliseconds>(*time);
}

// Over all labels, also those that are not kept.
std::string fingerprint_of(const json& object) {
  Labels labels;
  for (const auto& [key, value] : object.at("labels").items()) labels.emplace(key, value.get<std::string>());
  return fingerprint(labels);
}

std::string read_fingerprint(const json& object, bool oversized, const Labels& labels) {
  const auto found = object.find("fingerprint");
  if (found != object.end() && found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const bool plain =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!text.empty() && text.size() <= kMaxFingerprint && plain) return text;
  }
  return oversized ? fingerprint_of(object) : fingerprint(labels);
}

}  // namespace

base::Result<ParsedAlert> read_alert(const json& object) {
  if (!object.is_object()) return base::fail("is not an object");
  ParsedAlert parsed_alert;
  Alert& alert = parsed_alert.alert;
  if (auto read = read_map(object, "labels", alert.labels, parsed_alert.oversized); !read)
    return std::unexpected(read.error());
  if (auto read = read_map(object, "annotations", alert.annotations, parsed_alert.oversized); !read)
    return std::unexpected(read.error());
  if (alert.labels.empty() && !parsed_alert.oversized) return base::fail("labels: must not be empty");
  const auto starts_at = read_time(object, "startsAt");
  if (!starts_at) return std::unexpected(starts_at.error());
  const auto ends_at = read_time(object, "endsAt");
  if (!ends_at) return std::unexpected(ends_at.error());
  alert.starts_at = *starts_at;
  alert.ends_at = *ends_at;
  alert.fingerprint = read_fingerprint(object, parsed_alert.oversized, alert.labels);
  return parsed_alert;
}

}  // namespace healer::webhook
