#include <iostream>

#include "base/program.h"

int main(int argc, char** argv) {
  std::string extra = "untouched";
  const base::Flags flags = base::parse_flags(
      {.name = "salus-example",
       .description = "Shows its flags.",
       .default_config_file = "/etc/salus/example.yml",
       .default_listen_address = "127.0.0.1:9999"},
      {{.name = "--state.dir", .help = "Where state is kept", .value = &extra}}, argc, argv);
  std::cout << "config=" << flags.config_file << "\nsubsystems=" << flags.subsystems_file
            << "\ncheck=" << flags.config_check << "\nlisten=" << flags.listen_address
            << "\nweb=" << flags.web_config_file << "\nlevel=" << flags.log_level
            << "\nformat=" << flags.log_format << "\nextra=" << extra << "\n";
}
