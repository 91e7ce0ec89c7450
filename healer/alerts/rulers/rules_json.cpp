#include "healer/alerts/rulers/rules_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text/json.h"

namespace healer::policy {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Seconds, as a number.
base::Duration seconds_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return {};
  const double seconds = found->get<double>();
  if (!(seconds > 0) || seconds > 1e9) return {};
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

// "0001-01-01T00:00:00Z" is Go's zero time: never.
base::Result<base::WallTime> time_at(const json& object, const char* key) {
  const std::string text = text_at(object, key);
  if (text.empty() || text.starts_with("0001-")) return base::WallTime{};
  return base::parse_rfc3339(text);
}

Labels labels_at(const json& object, const char* key) {
  Labels labels;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return labels;
  labels.reserve(found->size());
  for (const auto& [name, value] : found->items()) {
    if (value.is_string()) labels.emplace(name, value.get<std::string>());
  }
  return labels;
}

base::Result<json> data_of(std::string_view body) {
  auto document = base::parse_json(body);
  if (!document) return std::unexpected(document.error());
  if (!document->is_object()) return base::fail("not a JSON object");
  if (text_at(*document, "status") != "success") return base::fail("{}", text_at(*document, "error"));
  if (const auto warnings = document->find("warnings");
      warnings != document->end() && warnings->is_array() && !warnings->empty()) {
    return base::fail("the answer may be partial: {}",
                      warnings->front().is_string() ? warnings->front().get<std::string>() : "warning");
  }
  const auto data = document->find("data");
  if (data == document->end() || !data->is_object()) return base::fail("data: missing");
  return std::move(*data);
}

base::Result<LoadedRule> read_rule(const json& group, const json& rule) {
  LoadedRule out{.name = text_at(rule, "name"),
                 .group = text_at(group, "name"),
                 .file = text_at(group, "file"),
                 .labels = labels_at(rule, "labels"),
                 .health = text_at(rule, "health"),
                 .error = text_at(rule, "lastError"),
                 .evaluated_at = {},
                 .interval = seconds_at(group, "interval"),
                 .hold = seconds_at(rule, "duration"),
                 .active = {}};
  if (out.name.empty()) return base::fail("group {}: an alerting rule without a name", out.group);
  const auto evaluated = time_at(rule, "lastEvaluation");
  if (!evaluated) return base::wrap(evaluated.error(), "rule {}: lastEvaluation", out.name);
  out.evaluated_at = *evaluated;
  const auto alerts = rule.find("alerts");
  if (alerts == rule.end() || alerts->is_null()) return out;
  if (!alerts->is_array()) return base::fail("rule {}: alerts: not a list", out.name);
  out.active.reserve(alerts->size());
  for (const json& alert : *alerts) {
    const std::string state = alert.is_object() ? text_at(alert, "state") : "";
    if (state == "inactive") continue;
    if (state != "firing" && state != "pending")
      return base::fail("rule {}: an alert without a state", out.name);
    RuledAlert active{.labels = labels_at(alert, "labels"), .firing = state == "firing", .active_at = {}};
    active.labels["alertname"] = out.name;
    const auto since = time_at(alert, "activeAt");
    if (!since) return base::wrap(since.error(), "rule {}: activeAt", out.name);
    active.active_at = *since;
    out.active.push_back(std::move(active));
  }
  return out;
}

}  // namespace

base::Result<std::vector<LoadedRule>> parse_rules(std::string_view body) {
  const auto data = data_of(body);
  if (!data) return base::wrap(data.error(), "rules");
  const auto groups = data->find("groups");
  if (groups == data->end() || !groups->is_array()) return base::fail("rules: groups: missing");
  if (const auto next = data->find("groupNextToken");
      next != data->end() && !text_at(*data, "groupNextToken").empty())
    return base::fail("rules: the answer has further pages");
  std::vector<LoadedRule> all;
  for (const json& group : *groups) {
    if (!group.is_object()) return base::fail("rules: a group is not an object");
    const auto rules = group.find("rules");
    if (rules == group.end() || rules->is_null()) continue;
    if (!rules->is_array()) return base::fail("rules: group {}: rules: not a list", text_at(group, "name"));
    for (const json& rule : *rules) {
      if (!rule.is_object() || text_at(rule, "type") != "alerting") continue;
      auto read = read_rule(group, rule);
      if (!read) return base::wrap(read.error(), "rules");
      all.push_back(std::move(*read));
    }
  }
  return all;
}

std::optional<base::WallTime> parse_started_at(std::string_view body) {
  const auto data = data_of(body);
  if (!data) return std::nullopt;
  const auto time = time_at(*data, "startTime");
  if (!time || *time == base::WallTime{}) return std::nullopt;
  return *time;
}

base::Result<Facts> parse_facts(std::string_view body) {
  const auto data = data_of(body);
  if (!data) return base::wrap(data.error(), "facts");
  const auto result = data->find("result");
  if (result == data->end() || !result->is_array()) return base::fail("facts: result: missing");
  Facts facts;
  for (const json& sample : *result) {
    if (!sample.is_object()) return base::fail("facts: a sample is not an object");
    const Labels labels = labels_at(sample, "metric");
    const auto name = labels.find("__name__");
    const auto subsystem = labels.find("subsystem");
    if (name == labels.end() || subsystem == labels.end()) continue;
    facts[subsystem->second].insert(name->second);
  }
  return facts;
}

}  // namespace healer::policy
