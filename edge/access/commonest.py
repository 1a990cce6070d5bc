"""The passwords that are tried first, of those that are long enough to be taken."""

from __future__ import annotations

from typing import Final

_WORDS: Final = r"""
0123456789 01234567890 0987654321 1029384756 1122334455 112233445566 1231231234 1234512345
12345123456 123456123456 12345654321 1234567890 12345678900 1234567890a 1234567890q
1234567890qwertyuiop 1234567891 12345678910 1234567899 123456789a 123456789abc 123456789q
123456789qq 1234567987 123456qwerty 12345qwert 1234qwer1234 1234rewqasdf 123qwe123qwe 123qweasdzxc
12qwaszx12 13145201314 1314520520 1314521521 1357924680 13579246810 1472583690 1a2b3c4d5e
1q2w3e4r1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qaz@wsx3edc 1qazxsw23edc
2wsx3edc4rfv 31415926535 52013141314 5201314520 52013145201314 7758258258 7758521521 9876543210
987654321a a123456789 a1234567890 a1b2c3d4e5 a1s2d3f4g5 aa123456789 aaa123456789 abc1234567
abc123456789 abcd123456 abcd1234567 abcd12345678 abcde12345 abcdef123456 abcdefghij abcdefghijk
abcdefghijklmnop access1234 adgjmptw123 adm1nistrator admin12345 admin123456 admin1234567
admin12345678 admin123456789 admin123admin admin666666 admin66666666 admin888888 admin88888888
admin@1234 admin@123456 admin@admin adminadmin adminadmin123 administrator administrator1
administrator123 aini1314520 aini5201314 asd1234567 asd123456789 asdf123456 asdf12345678
asdfasdfasdf asdfghjkl1 asdfghjkl123 asdfghjkl; asdfghjklqwertyuiop asdfghjklzxcvbnm asdfqwer1234
azertyuiop baseball123 basketball buzhidao123 changeit123 changeme123 changeme1234 changemenow
chocolate1 community123 computer123 default123 defaultpassword dianti12345 dianti123456
dragon12345 elevator123 elevator1234 facebook123 football123 gateway123 gateway1234 gateway12345
guest12345 guestguest hello12345 hik12345678 hikvision123 hk12345678 huawei12345 huawei@123
iloveyou12 iloveyou123 iloveyou1314 iloveyou520 internet123 letmein123 letmein1234 li123456789
liuliuliu666 liverpool1 login12345 love123456 maintenance maintenance1 manager123 master12345
menjin123456 michael123 mima123456 mima1234567 mima12345678 monkey12345 nihao123456 nishizhu123
nothing123 operator123 operator1234 p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 p@ssword123 pa55word123
pass123456 pass1234567 passw0rd12 passw0rd123 passw0rd1234 password00 password01 password10
password11 password12 password123 password1234 password12345 password123456 password2024
password2025 password2026 passwordpassword princess123 property123 q123456789 q1w2e3r4t5
q1w2e3r4t5y6 qazwsx123456 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qq12345678 qq123456789 qq1234567890
qqqwww1234 qwe123456789 qweasd123456 qweasdzxc1 qweasdzxc123 qwer123456 qwer12345678 qwer1234asdf
qwertasdfg qwerty1234 qwerty12345 qwerty123456 qwerty1234567 qwerty123456789 qwertyqwerty
qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] qwertyuiopasdfghjkl raspberry1 raspberrypi
root123456 root1234567 rootpassword rootroot123 security123 service123 starwars123 sunshine123
superadmin superadmin123 superman123 superuser1 supervisor supervisor1 support123 system12345
technician technician1 technician123 temp123456 test123456 test1234567 test12345678 testtest123
toor123456 trustno1234 tsinghua123 user123456 useruser123 wang123456 wangwang123 welcome123
welcome1234 welcome12345 welcome2024 welcome2025 welcome2026 whistle123 whistle1234 whistlewhistle
woaini123456 woaini1314 woaini1314520 woaini5201314 woaini521521 woaiwojia123 wuye123456
wuye12345678 xiaoqu123456 z123456789 zaq12wsxcde zaq1xsw2cde3 zaq1zaq1zaq1 zhang123456
zxc123456789 zxcv123456 zxcvbnm,./ zxcvbnm123 zxcvbnm1234 zxcvbnm12345 zxcvbnm123456
zxcvbnmasdfghjkl
"""

COMMONEST: Final = frozenset(_WORDS.split())
"""In small letters: what leaks are full of, and what fitters of lifts, gates and cameras leave."""
