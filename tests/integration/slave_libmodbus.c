/* A slave on libmodbus: a counterpart that shares no code with the gateway.
 * slave tcp <port> | slave rtu <device>; unit 17; prints "ready". */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    int tcp = strcmp(argv[1], "tcp") == 0;
    modbus_t *bus = tcp ? modbus_new_tcp("127.0.0.1", atoi(argv[2]))
                        : modbus_new_rtu(argv[2], 19200, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new_start_address(100, 20, 200, 20, 0, 130, 300, 20);
    if (!bus || !map) return 1;
    modbus_set_slave(bus, 17);
    map->tab_bits[3] = 1;
    map->tab_input_bits[19] = 1;
    map->tab_registers[64] = 0x8001;
    map->tab_input_registers[0] = 0xFFFE;
    /* 230.1 and -0.5 in IEEE 754, the second with its low word first. */
    map->tab_input_registers[4] = 0x4366;
    map->tab_input_registers[5] = 0x199A;
    map->tab_input_registers[7] = 0xBF00;
    int listening = -1;
    if (tcp) {
        listening = modbus_tcp_listen(bus, 1);
    } else if (modbus_connect(bus) == -1) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    if (tcp) modbus_tcp_accept(bus, &listening);
    for (;;) {
        uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
        int size = modbus_receive(bus, query);
        if (size > 0) modbus_reply(bus, query, size, map);
        else if (size == -1 && tcp) break;
        else if (size == -1 && errno == EIO) break;
    }
    return 0;
}
