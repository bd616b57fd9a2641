DROP TABLE address_marks;
