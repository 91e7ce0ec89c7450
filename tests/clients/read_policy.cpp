// The reference client as a program: prints what the file of its argument lets trading do, by its word,
// whether new positions may be opened, with which size and leverage, what to do with stops and with existing
// positions, and whether trading goes on.
#include <cmath>
#include <cstdio>

#include "deploy/clients/salus_policy.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const salus::Reading reading = salus::read_policy(argv[1]);
  static constexpr const char* kNames[] = {"allow_all", "safe_risk_profile", "no_new_trades",
                                           "defensive_exit", "emergency_shutdown"};
  static constexpr const char* kExisting[] = {"kept", "exits_allowed", "high_risk_closed", "all_closed"};
  static constexpr const char* kTrading[] = {"yes", "exits_only", "halted"};
  std::printf("%s", kNames[static_cast<int>(reading.policy)]);
  if (salus::may_open(reading)) {
    std::printf(" open size=%g leverage=", reading.position_size_factor);
    std::printf(std::isinf(reading.max_leverage) ? "none" : "%g", reading.max_leverage);
  } else {
    std::printf(" shut");
  }
  std::printf(" stops=%s existing=%s trading=%s\n", reading.tighter_stops ? "tighter" : "normal",
              kExisting[static_cast<int>(reading.existing)], kTrading[static_cast<int>(reading.trading)]);
  if (!reading.why.empty()) std::fprintf(stderr, "%s\n", reading.why.c_str());
  return 0;
}
