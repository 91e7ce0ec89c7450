// The reference client as a program: prints what the file of its argument lets trading do.
#include <cstdio>

#include "deploy/clients/salus_policy.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const salus::Reading reading = salus::read_policy(argv[1]);
  static constexpr const char* kNames[] = {"allow_all", "no_new_trades", "safe_risk_profile",
                                           "defensive_exit", "emergency_shutdown"};
  std::printf("%s\n", kNames[static_cast<int>(reading.policy)]);
  if (!reading.why.empty()) std::fprintf(stderr, "%s\n", reading.why.c_str());
  return 0;
}
