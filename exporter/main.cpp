#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/log_filter.h"
#include "base/os/memory_reserve.h"
#include "base/os/process_limits.h"
#include "base/program.h"
#include "exporter/app.h"
#include "exporter/config.h"
#include "exporter/metric_catalog.h"
#include "exporter/web/web.h"
#include "log_analysis/redaction.h"

namespace {

// Otherwise libpq would use these variables for what a probe does not configure, such as host and user.
void forget_environment_of_libpq() {
  std::vector<std::string> names;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry = *each;
    if (entry.starts_with("PG")) names.emplace_back(entry.substr(0, entry.find('=')));
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

int check(const base::Flags& flags) {
  base::yaml::Problems problems;
  std::printf("Checking %s\n", flags.config_file.c_str());
  const auto config = exporter::read_config(flags.config_file, flags.subsystems_file, problems);
  base::http::WebAccess::check(flags.web_config_file, problems);
  if (!problems.empty()) {
    std::fflush(stdout);
    std::fprintf(stderr, "  FAILED:\n%s\n", problems.str().c_str());
    return 1;
  }
  std::printf("  SUCCESS: %zu collectors, %zu subsystems, %zu containers\n", config.collectors.size(),
              config.inventory.subsystems.size(), config.inventory.containers().size());
  return 0;
}

int serve(const base::Flags& flags) {
  base::block_signals();
  const base::SystemClock clock;
  const auto access = base::http::WebAccess::open(flags.web_config_file, clock);
  if (!access) {
    std::fprintf(stderr, "%s\n", access.error().message.c_str());
    return 1;
  }
  exporter::App app(flags.config_file, flags.subsystems_file, clock);
  if (*access) app.count_in(**access);
  if (const auto loaded = app.load(); !loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().message.c_str());
    return 1;
  }
  base::http::Server server(exporter::web_limits(), clock);
  exporter::add_routes(server, app);
  if (*access) server.protect(**access);
  if (const auto listening = server.listen(flags.listen_address); !listening) {
    base::log::error("failed to listen", {{"error", listening.error().message}});
    app.stop();
    return 1;
  }
  base::log::info("salus-exporter is listening",
                  {{"version", base::version()}, {"address", flags.listen_address}, {"port", server.port()}});
  base::notify_systemd("READY=1");
  const int signal = base::wait_for_signal([&] {
    if (const auto loaded = app.load(); loaded) {
      base::log::info("configuration reloaded");
    } else {
      base::log::error("failed to reload the configuration; the previous one stays in use",
                       {{"problems", loaded.error().message}});
    }
  });
  base::log::info("stopping", {{"signal", signal}});
  base::notify_systemd("STOPPING=1");
  server.stop();
  if (!app.stop()) {
    // A thread in a hung system call cannot be joined. No data is written here, so nothing is lost.
    base::log::warn("a collector hangs; exiting without waiting for it");
    std::_Exit(0);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  // Most threads wait most of the time; a malloc arena for each would waste memory.
  ::mallopt(M_ARENA_MAX, 2);
  base::hold_memory_reserve();
  forget_environment_of_libpq();
  std::string describe;
  const base::Flags flags = base::parse_flags(
      {.name = "salus-exporter",
       .description = "Facts about a trading stack for Prometheus: containers, state files, the machine.",
       .default_config_file = "/etc/salus/exporter.yml",
       .default_listen_address = "127.0.0.1:9869"},
      {{"--metrics.describe", "Print every metric with its meaning, as \"markdown\" or \"json\", and exit",
        &describe}},
      argc, argv);
  if (!describe.empty()) {
    if (describe != "markdown" && describe != "json") {
      std::fputs("salus-exporter: error: --metrics.describe: must be \"markdown\" or \"json\"\n", stderr);
      return 2;
    }
    std::fputs(
        (describe == "json" ? exporter::describe_metrics_json() : exporter::describe_metrics()).c_str(),
        stdout);
    return 0;
  }
  if (flags.config_check) return check(flags);
  base::log::set_filter([](std::string_view text) { return log_analysis::mask_secrets(text); });
  if (const auto configured = base::log::configure(flags.log_level, flags.log_format); !configured) {
    std::fprintf(stderr, "%s\n", configured.error().message.c_str());
    return 2;
  }
  // Each log file takes a descriptor.
  if (const auto raised = base::raise_open_files_limit(); !raised) {
    base::log::warn("failed to raise the limit of open files", {{"error", raised.error().message}});
  }
  return serve(flags);
} catch (const std::exception& error) {
  std::fprintf(stderr, "salus-exporter: %s\n", error.what());
  return 1;
}
