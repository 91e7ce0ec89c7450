// The names of incidents and of their actions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace healer {

// INC-17: 17 is the journal's sequence number of the record that opened it.
std::string incident_id(std::uint64_t number);
std::optional<std::uint64_t> parse_incident_id(std::string_view id);
// INC-17/2: the second action of it.
std::string action_id_of(std::uint64_t incident, int count);

}  // namespace healer
