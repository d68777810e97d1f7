// "tongxin witness": both sides of witnessing on the command line. With a database: who holds our heads, and whose we hold.
// Without one (sign): a bureau or a newspaper that runs no Tongxin keeps a folder with its key and the heads it has seen.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "app/house.h"

namespace tx::app {

// witness key | add KEY [ADDRESS] | watch KEY | ask | request NAME | take (line on the standard input)
int witness_command(House& house, const std::vector<std::string>& words, std::istream& in, std::ostream& out);
// witness folder FOLDER NAME: makes the key, prints it | folder FOLDER watch KEY | folder FOLDER sign (request on the standard input)
int folder_witness(const std::vector<std::string>& words, std::istream& in, std::ostream& out);

}  // namespace tx::app
