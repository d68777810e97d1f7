// What most people choose when a machine asks for a password: stems of this house. Everything built from at most three
// of these, of keyboard walks, runs of one character, years, dates and short numbers is refused (passwords.cpp).
#pragma once
#include <string_view>

namespace tx::identity {

inline constexpr std::string_view kCommonStems[] = {
    "password",   "passwort",      "passwd",   "pass",      "secret",   "letmein",  "welcome",    "hello",
    "admin",      "administrator", "root",     "user",      "guest",    "login",    "test",       "demo",
    "default",    "changeme",      "master",   "system",    "server",   "qwerty",   "asdf",       "zxcv",
    "abc",        "abcd",          "iloveyou", "love",      "loveyou",  "dragon",   "monkey",     "football",
    "baseball",   "basketball",    "sunshine", "princess",  "shadow",   "superman", "batman",     "michael",
    "jordan",     "computer",      "internet", "google",    "windows",  "china",    "zhongguo",   "beijing",
    "shanghai",   "ningxia",       "yinchuan", "guangzhou", "shenzhen", "woaini",   "woaiwojia",  "woaizhongguo",
    "wo",         "aini",          "nihao",    "mima",      "wodemima", "zhanghao", "guanliyuan", "laoshi",
    "xuesheng",   "laopo",         "laogong",  "baobao",    "baobei",   "qinqin",   "yisheng",    "yishi",
    "yongyuan",   "xingfu",        "kuaile",   "fuck",      "fuckyou",  "taobao",   "alipay",     "zhifubao",
    "weixin",     "wechat",        "tencent",  "qq",        "baidu",    "huawei",   "xiaomi",     "volunteer",
    "zhiyuanzhe", "zhiyuan",       "tongxin",  "zhang",     "wang",     "li",       "liu",        "chen",
    "yang",       "zhao",          "huang",    "zhou",      "wu",       "xu",       "sun",        "hu",
    "zhu",        "gao",           "lin",      "guo",       "ma",       "xiao",     "a1b2c3d4",   "q1w2e3r4",
    "trustno1",   "starwars",      "pokemon",  "summer",    "winter",   "spring",   "autumn",     "monday",
    "friday",     "january",       "december", "freedom",   "whatever", "cheese",   "cookie",     "chocolate",
    "flower",     "angel",         "charlie",  "daniel",    "jessica",  "ashley",   "andrew",     "ab",
    "aa",
};
// Rows and columns of a keyboard, walked forwards or backwards.
inline constexpr std::string_view kKeyboardWalks[] = {
    "1234567890",
    "0123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "abcdefghijklmnopqrstuvwxyz",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
    "147258369",
    "159357",
};

}  // namespace tx::identity
