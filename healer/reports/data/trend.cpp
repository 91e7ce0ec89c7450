#include "healer/reports/data/trend.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

std::optional<double> number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::optional<std::uint64_t> counted(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? std::optional(found->get<std::uint64_t>())
                                                              : std::nullopt;
}

base::Result<base::WallTime> time_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return base::fail("{} is missing", key);
  return base::parse_rfc3339(found->get<std::string>());
}

}  // namespace

Past past_of(const Weekly& weekly) {
  Past past{.window = weekly.window,
            .score = weekly.score.value,
            .availability = {},
            .incidents = {},
            .exhausted = {},
            .alerts = {},
            .errors = {},
            .minutes_to_heal = {},
            .status = status_of(weekly),
            .coverage = weekly.coverage.ratio.value,
            .health = {}};
  if (weekly.health) past.health = weekly.health->average;
  if (weekly.services) {
    for (const Service& service : *weekly.services) {
      if (service.trading != "critical" || !service.availability.ratio) continue;
      past.availability = std::min(past.availability.value_or(1), *service.availability.ratio);
    }
  }
  if (weekly.healing) {
    past.incidents = weekly.healing->incidents.size();
    const auto exhausted = weekly.healing->outcomes.find("exhausted");
    past.exhausted = exhausted == weekly.healing->outcomes.end() ? 0 : exhausted->second;
    if (const auto& times = weekly.healing->times_to_heal; !times.empty()) {
      past.minutes_to_heal = std::chrono::duration<double>(times[times.size() / 2]).count() / 60;
    }
  }
  if (weekly.alerts) {
    past.alerts = 0;
    for (const AlertLine& alert : weekly.alerts->fired) *past.alerts += alert.fired;
  }
  if (weekly.logs.sources) {
    for (const LogSource& source : *weekly.logs.sources) {
      for (const auto& figure : {source.errors, source.critical}) {
        if (figure) past.errors = past.errors.value_or(0) + *figure;
      }
    }
  }
  return past;
}

std::string encode(const Past& past) {
  const json object{{"version", kVersion},
                    {"from", base::rfc3339(past.window.from)},
                    {"to", base::rfc3339(past.window.to)},
                    {"score", or_null(past.score)},
                    {"availability", or_null(past.availability)},
                    {"incidents", or_null(past.incidents)},
                    {"exhausted", or_null(past.exhausted)},
                    {"alerts", or_null(past.alerts)},
                    {"errors", or_null(past.errors)},
                    {"minutes_to_heal", or_null(past.minutes_to_heal)},
                    {"status", past.status},
                    {"coverage", or_null(past.coverage)},
                    {"health", or_null(past.health)}};
  return object.dump(2) + "\n";
}

base::Result<Past> decode_past(std::string_view text) {
  const auto document = base::parse_json(text);
  if (!document) return std::unexpected(document.error());
  if (!document->is_object() || counted(*document, "version") != kVersion) {
    return base::fail("it is not the summary of a report in format version {}", kVersion);
  }
  const auto from = time_at(*document, "from");
  if (!from) return base::wrap(from.error(), "from");
  const auto to = time_at(*document, "to");
  if (!to) return base::wrap(to.error(), "to");
  Past past{.window = {*from, *to},
            .score = {},
            .availability = number(*document, "availability"),
            .incidents = counted(*document, "incidents"),
            .exhausted = counted(*document, "exhausted"),
            .alerts = counted(*document, "alerts"),
            .errors = counted(*document, "errors"),
            .minutes_to_heal = number(*document, "minutes_to_heal"),
            .status = {},
            .coverage = number(*document, "coverage"),
            .health = number(*document, "health")};
  if (const auto status = document->find("status"); status != document->end() && status->is_string())
    past.status = *status;
  if (const auto score = counted(*document, "score"); score && *score <= 100)
    past.score = static_cast<int>(*score);
  return past;
}

}  // namespace healer::reports
