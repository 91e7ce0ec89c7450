// salusctl journal verify: whether a journal is intact. Needs no running healer.
#pragma once

#include <string>

#include "salusctl/command.h"

namespace healer::salusctl {

struct VerifyJournal {
  std::string file;
  bool json = false;
};

// Codes: 0 intact; 1 damaged or of another version: the reason is in `err`, with --json in `out`; 2 the file
// does not exist or cannot be read. Blocks while it reads.
Output verify_journal(const VerifyJournal& wanted);

}  // namespace healer::salusctl
