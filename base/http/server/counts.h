// Overload counters of a server.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace base::http {

// What a connection was doing when it was closed to make room.
enum class Evicted { kIdle, kReceiving, kSending };
inline constexpr std::array<std::string_view, 3> kEvictedNames{"idle", "receiving", "sending"};

// Since the server's start.
struct ServerCounts {
  std::array<std::uint64_t, kEvictedNames.size()> evicted{};  // connections, by Evicted
  std::uint64_t overloaded = 0;                               // requests and connections answered with 503
};

}  // namespace base::http
