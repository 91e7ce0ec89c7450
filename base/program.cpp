#include "base/program.h"

#include <pthread.h>
#include <signal.h>
#include <systemd/sd-daemon.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <set>

namespace base {
namespace {

sigset_t signals(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  return set;
}

// The arguments in reverse order, as CLI11 expects them, with -config.file changed to --config.file.
std::vector<std::string> arguments(int argc, char** argv) {
  std::vector<std::string> result;
  for (int i = argc - 1; i > 0; --i) {
    std::string argument = argv[i];
    const bool one_dash = argument.size() > 2 && argument[0] == '-' && argument[1] != '-';
    if (one_dash && std::isalpha(static_cast<unsigned char>(argument[1])) != 0) argument.insert(0, "-");
    result.push_back(std::move(argument));
  }
  return result;
}

std::string beside(const std::string& file, std::string_view name) {
  const std::size_t slash = file.rfind('/');
  return (slash == std::string::npos ? "" : file.substr(0, slash + 1)) + std::string(name);
}

std::string build_description() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

}  // namespace

std::string_view version() { return SALUS_VERSION; }

Flags parse_flags(const Program& program, const std::vector<ExtraFlag>& extra, int argc, char** argv) {
  Flags flags;
  flags.config_file = program.default_config_file;
  flags.listen_address = program.default_listen_address;

  CLI::App app(program.description, program.name);
  app.set_version_flag("--version",
                       fmt::format("{}, version {} ({})", program.name, version(), build_description()),
                       "Print the version and exit");
  app.add_option("--config.file", flags.config_file, "Configuration file")->capture_default_str();
  app.add_option(
      "--subsystems.file", flags.subsystems_file,
      "Subsystems and containers to keep healthy; default: subsystems.yml beside the configuration file");
  app.add_flag("--config.check", flags.config_check,
               "Check the configuration, print every problem, and exit");
  app.add_option("--web.listen-address", flags.listen_address,
                 "Address to listen on: host:port or unix:///path")
      ->capture_default_str();
  app.add_option(
      "--web.config.file", flags.web_config_file,
      "File that enables TLS or authentication, in the format of exporter-toolkit; default: neither");
  app.add_option("--log.level", flags.log_level, "Only log messages of this severity or above")
      ->capture_default_str()
      ->check(CLI::IsMember(std::set<std::string>{"debug", "info", "warn", "error"}));
  app.add_option("--log.format", flags.log_format, "Output format of log messages")
      ->capture_default_str()
      ->check(CLI::IsMember(std::set<std::string>{"logfmt", "json"}));
  for (const ExtraFlag& flag : extra) {
    if (flag.on != nullptr) {
      app.add_flag(flag.name, *flag.on, flag.help);
    } else {
      app.add_option(flag.name, *flag.value, flag.help)->capture_default_str();
    }
  }

  try {
    app.parse(arguments(argc, argv));
  } catch (const CLI::Success& done) {  // --help or --version; only the type distinguishes them from errors
    std::exit(app.exit(done));
  } catch (const CLI::ParseError& error) {
    std::cerr << program.name << ": error: " << error.what() << ", try --help\n";
    std::exit(2);
  }
  if (flags.subsystems_file.empty()) flags.subsystems_file = beside(flags.config_file, "subsystems.yml");
  return flags;
}

void block_signals() {
  const sigset_t set = signals({SIGINT, SIGTERM, SIGHUP, SIGPIPE});
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int wait_for_signal(const std::function<void()>& on_reload) {
  const sigset_t set = signals({SIGINT, SIGTERM, SIGHUP});
  while (true) {
    int number = 0;
    if (::sigwait(&set, &number) != 0) continue;
    if (number != SIGHUP) return number;
    on_reload();
  }
}

void notify_systemd(const std::string& state) { ::sd_notify(0, state.c_str()); }

}  // namespace base
