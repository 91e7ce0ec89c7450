#include "healer/engine/policy/last_published.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "healer/engine/policy/evidence.h"

namespace healer::policy {
namespace {

using nlohmann::json;

constexpr int kMostDepth = 16;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// At most 2^53 - 1, which every JSON reader keeps exactly; 0 for anything else.
std::uint64_t number_at(const json& object, const char* name) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 53;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return 0;
  const auto number = found->get<std::uint64_t>();
  return number < kLargest ? number : 0;
}

template <class T, std::size_t N>
void read_named(const json& object, const char* name, const std::array<T, N>& values, T& value) {
  if (const auto known = named(values, text_at(object, name))) value = *known;
}

Permissions permissions_in(const json& object) {
  Permissions found;
  read_named(object, "new_positions", kNewPositionsValues, found.new_positions);
  read_named(object, "stops", kStopsValues, found.stops);
  read_named(object, "existing_positions", kExistingPositionsValues, found.existing_positions);
  read_named(object, "trading", kTradingValues, found.trading);
  const auto leverage = object.find("max_leverage");
  if (leverage != object.end() && leverage->is_number() && leverage->get<double>() > 0)
    found.max_leverage = leverage->get<double>();
  const auto factor = object.find("position_size_factor");
  if (factor != object.end() && factor->is_number() && factor->get<double>() > 0 &&
      factor->get<double>() < 1) {
    found.position_size_factor = factor->get<double>();
  }
  return found;
}

bool lists_start(const json& document) {
  const auto causes = document.find("causes");
  if (causes == document.end() || !causes->is_array()) return false;
  return std::any_of(causes->begin(), causes->end(), [](const json& cause) {
    return cause.is_string() &&
           (cause.get<std::string>() == kStarting || cause.get<std::string>() == kStartingWithoutRules);
  });
}

}  // namespace

bool was_halted(const Published& published) {
  return published.permissions && published.permissions->trading == Trading::kHalted &&
         published.policy != Policy::kEmergencyShutdown;
}

Published parse_published(std::string where, std::string_view text) {
  Published published;
  published.where = std::move(where);
  if (text.size() > kMostBytes) return published;
  const auto parsed = base::parse_json(text, kMostDepth);
  if (!parsed || !parsed->is_object()) return published;
  const std::string name = text_at(*parsed, "policy");
  if (name.empty()) return published;
  published.whole = true;
  published.policy = parse_policy(name).value_or(Policy::kNoNewTrades);
  published.starting = lists_start(*parsed);
  if (const auto more = parsed->find("restrictions"); more != parsed->end() && more->is_object())
    published.permissions = permissions_in(*more);
  published.record = number_at(*parsed, "journal_record");
  published.sequence = number_at(*parsed, "sequence");
  published.issued_at = base::parse_rfc3339(text_at(*parsed, "issued_at")).value_or(base::WallTime{});
  return published;
}

std::optional<std::string> missing_records(const std::vector<Published>& published, std::uint64_t last,
                                           base::WallTime last_start) {
  for (const Published& each : published) {
    if (last == 0) return fmt::format("it is empty, but a policy document exists: {}", each.where);
    if (each.record > last && each.issued_at > last_start) {
      return fmt::format("its last record is {}, but the policy document refers to record {}: {}", last,
                         each.record, each.where);
    }
  }
  return std::nullopt;
}

}  // namespace healer::policy
