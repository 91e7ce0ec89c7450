#include "healer/webhook/alert_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "healer/webhook/payload.h"

namespace healer::webhook {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFingerprint = 64;

base::Result<> read_map(const json& object, const char* name, Labels& into, bool& oversized) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return {};
  if (!found->is_object()) return base::fail("{}: is no object", name);
  oversized = oversized || found->size() > kMaxLabels;
  if (!oversized) into.reserve(found->size());
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) return base::fail("{}: {} is no text", name, key);
    const auto& text = value.get_ref<const std::string&>();
    oversized = oversized || key.size() > kMaxName || text.size() > kMaxValue;
    if (!oversized) into.emplace(key, text);
  }
  return {};
}

// An absent or null time is the epoch.
base::Result<base::WallTime> read_time(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return base::WallTime{};
  if (!found->is_string()) return base::fail("{}: is no text", name);
  const auto time = base::parse_rfc3339(found->get_ref<const std::string&>());
  if (!time) return base::wrap(time.error(), "{}", name);
  return std::chrono::floor<std::chrono::milliseconds>(*time);
}

std::string read_fingerprint(const json& object, const Labels& labels) {
  const auto found = object.find("fingerprint");
  if (found != object.end() && found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const bool plain =
        std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!text.empty() && text.size() <= kMaxFingerprint && plain) return text;
  }
  return fingerprint(labels);
}

}  // namespace

base::Result<Told> read_alert(const json& object) {
  if (!object.is_object()) return base::fail("is no object");
  Told told;
  Alert& alert = told.alert;
  if (auto read = read_map(object, "labels", alert.labels, told.oversized); !read)
    return std::unexpected(read.error());
  if (auto read = read_map(object, "annotations", alert.annotations, told.oversized); !read)
    return std::unexpected(read.error());
  if (alert.labels.empty() && !told.oversized) return base::fail("labels: there are none");
  const auto starts_at = read_time(object, "startsAt");
  if (!starts_at) return std::unexpected(starts_at.error());
  const auto ends_at = read_time(object, "endsAt");
  if (!ends_at) return std::unexpected(ends_at.error());
  alert.starts_at = *starts_at;
  alert.ends_at = *ends_at;
  alert.fingerprint = read_fingerprint(object, alert.labels);
  return told;
}

}  // namespace healer::webhook
