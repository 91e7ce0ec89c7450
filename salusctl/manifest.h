// salusctl manifest: writes a manifest of files, and compares files with one. Needs no healer.
#pragma once

#include <string>
#include <vector>

#include "salusctl/command.h"

namespace healer::salusctl {

struct CreateManifest {
  std::vector<std::string> paths;  // files, and folders with everything below them
  // The manifest, replaced as a whole; names are relative to its folder. Empty: to the output, and names are
  // relative to the current folder.
  std::string file;
  std::string backup;  // the folder with good copies; empty: none
};

// Codes: 0 written; 1 something cannot be read or written, and no manifest is written; 2 wrong usage, such as
// a file outside of the manifest's folder. Blocks while it reads.
Output create_manifest(const CreateManifest& wanted);

// Codes: 0 all files match; 1 some do not, with a line for each in `out`; 2 no valid manifest.
Output verify_manifest(const std::string& file);

}  // namespace healer::salusctl
