"""What is issued: catalogue, tariff and scope as dated rows, number ranges, zones and the register of documents."""
