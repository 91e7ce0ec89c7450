// salusctl journal verify: whether a journal is whole, without a healer.
#pragma once

#include <string>

#include "healer/salusctl/command.h"

namespace healer::salusctl {

struct VerifyJournal {
  std::string file;
  bool json = false;
};

// Codes: 0 it is whole; 1 it is not, or is none of this version: what is wrong in `err`, with --json in
// `out`; 2 there is no such file, or it cannot be read. Blocks for as long as reading takes.
Output verify_journal(const VerifyJournal& wanted);

}  // namespace healer::salusctl
