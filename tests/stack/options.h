// What the example service is told on its command line.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace example {

struct Options {
  std::string name;                    // event_executor; in its log lines and answers
  int port = 0;                        // of GET /health and POST /fault/<name>, on 127.0.0.1; 0: none
  std::string control;                 // the file in which a fault outlives restarts
  std::string log;                     // the log file; stdout gets the same
  std::vector<std::string> states;     // state files: {"last_cycle": …}
  std::vector<std::string> universes;  // universe snapshots: {"symbols": […]}
  std::vector<std::string> trades;     // recent trades
  std::string policy;                  // the policy document; set: the service trades as it allows
  std::string token;                   // the file whose content POST /control/… must bear; empty: none
  std::string off;                     // while this file is there the module does no work
  std::vector<std::string> blobs;      // written once and then left alone: models, the database file
};

// --name N --port P --control F --log F --policy F --token F --off F, and any number of --state, --universe,
// --trades and --blob F.
std::expected<Options, std::string> parse_options(std::span<const char* const> arguments);

}  // namespace example
