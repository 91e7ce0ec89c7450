// salus-healer: receives alerts, heals their targets, verifies the result, and publishes what trading may do
// meanwhile.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/log.h"
#include "base/log_filter.h"
#include "base/os/memory_reserve.h"
#include "base/program.h"
#include "healer/api/metrics/metric_catalog.h"
#include "healer/app/app.h"
#include "healer/setup/setup.h"
#include "log_analysis/redaction.h"

namespace {

int check(const base::Flags& flags, const healer::Setup& setup, const base::yaml::Problems& problems) {
  fmt::print("Checking {} and {}\n", flags.config_file, flags.subsystems_file);
  if (!problems.empty()) {
    fmt::print("  FAILED: {} problem{}\n{}", problems.list().size(), problems.list().size() == 1 ? "" : "s",
               problems.str());
    return 1;
  }
  fmt::print("  SUCCESS: playbooks: {}, notifiers: {}, subsystems: {}, containers: {}\n",
             setup.config.playbooks.size(), setup.config.notifiers.size(),
             setup.config.inventory.subsystems.size(), setup.config.inventory.containers().size());
  return 0;
}

int run(const base::Flags& flags, healer::Force force) {
  const base::SystemClock clock;
  base::yaml::Problems problems;
  auto setup = healer::read_setup(flags.config_file, flags.subsystems_file, clock, problems, force);
  base::http::WebAccess::check(flags.web_config_file, problems);
  if (flags.config_check) return check(flags, *setup, problems);
  if (!problems.empty()) {
    fmt::print(stderr, "{}", problems.str());
    return 1;
  }
  auto app = healer::App::start(flags, std::move(setup), clock);
  if (!app) {
    base::log::error("failed to start salus-healer", {{"error", app.error().message}});
    return 1;
  }
  base::wait_for_signal([&] {
    // The problems have been logged.
    if (const auto reloaded = (*app)->reload(); !reloaded) return;
  });
  const bool ended = (*app)->stop();
  const int status = (*app)->failed() ? 1 : 0;
  if (!ended) std::_Exit(status);  // an action's thread may take long; everything that counts is on disk
  base::log::info("salus-healer has stopped");
  return status;
}

}  // namespace

int main(int argc, char** argv) try {
  // With a heap for every thread, each would keep the memory of a burst of alerts.
  ::mallopt(M_ARENA_MAX, 1);
  base::hold_memory_reserve();
  base::block_signals();
  std::string describe;
  bool dry_run = false;
  const base::Flags flags = base::parse_flags(
      {.name = "salus-healer",
       .description = "Runs playbooks for alerts, and verifies that their targets recovered.",
       .default_config_file = "/etc/salus/healer.yml",
       .default_listen_address = "127.0.0.1:9870"},
      {{"--metrics.describe", "Print every metric with its meaning, as \"json\", and exit", &describe},
       {"--dry-run", "Run no action, only report what would run", nullptr, &dry_run}},
      argc, argv);
  if (!describe.empty()) {
    if (describe != "json") {
      fmt::print(stderr, "salus-healer: error: --metrics.describe: json\n");
      return 2;
    }
    fmt::print("{}", healer::describe_metrics_json());
    return 0;
  }
  base::log::set_filter([](std::string_view text) { return log_analysis::mask_secrets(text); });
  if (const auto configured = base::log::configure(flags.log_level, flags.log_format); !configured) {
    fmt::print(stderr, "salus-healer: {}\n", configured.error().message);
    return 2;
  }
  return run(flags, dry_run ? healer::Force::kDryRun : healer::Force::kNothing);
} catch (const std::exception& error) {
  fmt::print(stderr, "salus-healer: {}\n", error.what());
  return 1;
}
