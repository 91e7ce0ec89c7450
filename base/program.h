// Shared by main() of both programs: command-line flags in Prometheus' style, logging, signals.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"

namespace base {

struct Flags {
  std::string config_file;
  std::string subsystems_file;  // default: subsystems.yml beside the config file
  bool config_check = false;
  std::string listen_address;
  std::string web_config_file;  // base/http/web/web_config.h; empty: neither TLS nor authentication
  std::string log_level = "info";
  std::string log_format = "logfmt";
};

struct Program {
  std::string name;  // salus-exporter
  std::string description;
  std::string default_config_file;
  std::string default_listen_address;
};

// A further --flag=value of one program, or a --switch without a value.
struct ExtraFlag {
  std::string name;  // "--state.dir"
  std::string help;
  std::string* value;
  bool* on = nullptr;  // set for a switch, which has no `value`
};

// --config.file, --subsystems.file, --config.check, --web.listen-address, --web.config.file, --log.level,
// --log.format, --version, --help. Exits by itself for --help and --version (0) and for a bad command line
// (2, message on stderr). Flags may be given with one or two dashes, as Prometheus' own programs allow.
Flags parse_flags(const Program& program, const std::vector<ExtraFlag>& extra, int argc, char** argv);

std::string_view version();

// Blocks SIGINT, SIGTERM, SIGHUP and SIGPIPE in this and every later thread: call first in main.
void block_signals();
// Waits on the calling thread: SIGHUP calls `on_reload` and waits again; SIGINT or SIGTERM returns the
// signal's number.
int wait_for_signal(const std::function<void()>& on_reload);

// sd_notify; does nothing where systemd is not listening.
void notify_systemd(const std::string& state);

}  // namespace base
