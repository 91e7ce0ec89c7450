#include "healer/model/incident_id.h"

#include <fmt/format.h>

#include <charconv>

namespace healer {
namespace {

constexpr std::string_view kPrefix = "INC-";

}  // namespace

std::string incident_id(std::uint64_t number) { return fmt::format("{}{}", kPrefix, number); }

std::string action_id_of(std::uint64_t incident, int count) {
  return fmt::format("{}/{}", incident_id(incident), count);
}

std::optional<std::uint64_t> parse_incident_id(std::string_view id) {
  if (!id.starts_with(kPrefix)) return std::nullopt;
  id.remove_prefix(kPrefix.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size() || number == 0) return std::nullopt;
  return number;
}

}  // namespace healer
