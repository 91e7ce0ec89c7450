// salusctl manifest: writes what files hold into a manifest, and holds files against one. Needs no healer.
#pragma once

#include <string>
#include <vector>

#include "healer/salusctl/command.h"

namespace healer::salusctl {

struct CreateManifest {
  std::vector<std::string> paths;  // files, and folders with everything below them
  // The manifest, replaced as a whole; names are relative to its folder. Empty: to the output, and names are
  // relative to the current folder.
  std::string file;
  std::string backup;  // the folder with good copies; empty: none
};

// Codes: 0 written; 1 something cannot be read or written, and no manifest is; 2 wrong usage, such as a file
// outside of the manifest's folder. Blocks for as long as reading takes.
Output create_manifest(const CreateManifest& wanted);

// Codes: 0 all files are as the manifest says; 1 some are not, a line for each in `out`; 2 no valid manifest.
Output verify_manifest(const std::string& file);

}  // namespace healer::salusctl
